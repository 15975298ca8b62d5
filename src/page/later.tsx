/** A component whose code is fetched when it is first drawn. */

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export function later(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Later() {
    const [, draw] = useState({});
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (component) => {
          loaded = component;
          draw({});
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) return <Failed />;
    const Component = loaded;
    return Component === null ? null : <Component />;
  };
}

/** The server is away, or serves another version by now: then only the whole page anew is of one piece. */
function Failed() {
  return (
    <div class="notice is-problem" role="alert">
      <p>
        This part of the page could not be fetched: the server does not answer, or has another version by now.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Load the page again
      </button>
    </div>
  );
}
