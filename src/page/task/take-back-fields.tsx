/** The fields of a cancellation that are about compensations. */

import './take-back.css';

interface TakeBackFieldProps {
  readonly isChosen: boolean;
  readonly onChosen: (is: boolean) => void;
}

export function TakeBackField({ isChosen, onChosen }: TakeBackFieldProps) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={isChosen}
        onChange={({ currentTarget }) => onChosen(currentTarget.checked)}
      />
      <span>
        Take back first what it has done
        <span class="hint">Its compensations run, and then it is cancelled.</span>
      </span>
    </label>
  );
}

interface RestFieldProps {
  readonly isTakenBack: boolean;
  readonly onTakenBack: (is: boolean) => void;
}

/** Its compensations run already: a person says what becomes of those that have not. */
export function RestField({ isTakenBack, onTakenBack }: RestFieldProps) {
  return (
    <fieldset class="choices">
      <legend class="name">It is taking back what it has done</legend>
      <label class="choice">
        <input type="radio" name="rest" checked={isTakenBack} onChange={() => onTakenBack(true)} />
        <span>
          Take back the rest, then cancel
          <span class="hint">It ends cancelled, and not failed.</span>
        </span>
      </label>
      <label class="choice">
        <input type="radio" name="rest" checked={!isTakenBack} onChange={() => onTakenBack(false)} />
        <span>
          Leave the rest, cancel now
          <span class="hint">What has not been taken back by now stands.</span>
        </span>
      </label>
    </fieldset>
  );
}
