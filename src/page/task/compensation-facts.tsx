/** Tells of a step that it takes another one back, that one would take it back, or that nobody knows what it did. */

import type { GraphNode } from '../../diagrams/layout.ts';
import type { ActorMoment } from '../../views/moments.ts';
import type { StepView } from '../../views/tasks.ts';

type Drawn = Pick<GraphNode, 'name' | 'work'>;

interface CompensationFactsProps {
  readonly step: StepView;
  /** Its own compensation, if it has one. */
  readonly compensation: Drawn | null;
  /** Its task takes back, or has: the compensation is a step of it. */
  readonly isBegun: boolean;
  readonly moment: ActorMoment | null;
  readonly isNow: boolean;
  readonly onChoose: (step: string) => void;
}

/** Terms and their descriptions, for a list of facts. */
export function CompensationFacts(props: CompensationFactsProps) {
  const { step, compensation, isBegun, moment, isNow, onChoose } = props;
  const { compensates, unknown } = step;
  const isUnknown = isNow ? unknown === true : moment?.context['unknown'] === true;
  return (
    <>
      {isUnknown && (
        <>
          <dt>Outcome</dt>
          <dd>unknown: an attempt may have done its work and could not tell</dd>
        </>
      )}
      {compensates !== undefined && (
        <>
          <dt>Takes back</dt>
          <dd>
            <Name name={compensates} onChoose={onChoose} />
          </dd>
        </>
      )}
      {compensation !== null && (
        <>
          <dt>Compensation</dt>
          <dd>
            {isBegun ? (
              <Name name={compensation.name} onChoose={onChoose} />
            ) : (
              <>
                <span class="mono">{compensation.work}</span>, if the task fails after it
              </>
            )}
          </dd>
        </>
      )}
    </>
  );
}

const Name = ({ name, onChoose }: { readonly name: string; readonly onChoose: (step: string) => void }) => (
  <button type="button" class="link" onClick={() => onChoose(name)}>
    {name}
  </button>
);
