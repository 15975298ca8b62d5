/** A component whose code is fetched when it is first drawn. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ProblemNotice } from './notice.tsx';

export function later(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Later() {
    const [, draw] = useState({});
    const [failure, setFailure] = useState<unknown>(null);
    useEffect(() => {
      if (loaded !== null) return;
      load().then((component) => {
        loaded = component;
        draw({});
      }, setFailure);
    }, []);
    if (failure !== null) return <ProblemNotice problem={failure} />;
    const Component = loaded;
    return Component === null ? null : <Component />;
  };
}
