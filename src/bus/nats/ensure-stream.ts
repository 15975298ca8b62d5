/**
 * Brings a stream of the server in line with what Troupe needs, and no further: size limits, replicas and placement
 * stay as an operator has set them.
 */

import {
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from 'nats';
import { Refusal } from '../../errors.ts';
import type { StreamSpec } from '../bus.ts';
import { JS_ERROR, jsErrorOf } from './errors.ts';

/** For how long message ids are remembered; every bus promises the same. The server wants no more than is kept. */
const DUPLICATE_WINDOW_MS = 120_000;

/** Refused: STREAM_DIFFERS for what cannot be changed, STREAM_SUBJECTS_TAKEN. */
export async function ensureStream(manager: JetStreamManager, spec: StreamSpec): Promise<StreamInfo> {
  const wanted = configOf(spec);
  try {
    const found = (await find(manager, spec.name)) ?? (await create(manager, wanted));
    const { retention, storage } = found.config;
    if (retention !== wanted.retention || storage !== wanted.storage) {
      throw differs(spec.name, `"${retention}" in ${storage}`, `"${wanted.retention}" in ${wanted.storage}`);
    }
    return isAsWanted(found.config, wanted) ? found : await manager.streams.update(spec.name, wanted);
  } catch (error) {
    if (jsErrorOf(error) !== JS_ERROR.subjectsOverlap) throw error;
    throw new Refusal(
      'STREAM_SUBJECTS_TAKEN',
      `Another stream of the NATS server keeps subjects of ${spec.pattern}. Delete it (nats stream ls), or set TROUPE_PREFIX.`,
      { cause: error },
    );
  }
}

type Wanted = ReturnType<typeof configOf>;

function configOf({ name, pattern, keepMs }: StreamSpec) {
  return {
    name,
    subjects: [pattern],
    storage: StorageType.File,
    duplicate_window: nanos(Math.min(DUPLICATE_WINDOW_MS, keepMs ?? DUPLICATE_WINDOW_MS)),
    // A full queue refuses what comes, a full log forgets what is oldest.
    ...(keepMs === undefined
      ? { retention: RetentionPolicy.Workqueue, discard: DiscardPolicy.New, max_age: 0 }
      : { retention: RetentionPolicy.Limits, discard: DiscardPolicy.Old, max_age: nanos(keepMs) }),
  };
}

async function find(manager: JetStreamManager, name: string): Promise<StreamInfo | null> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (jsErrorOf(error) === JS_ERROR.streamNotFound) return null;
    throw error;
  }
}

async function create(manager: JetStreamManager, wanted: Wanted): Promise<StreamInfo> {
  try {
    return await manager.streams.add(wanted);
  } catch (error) {
    // Somebody else made it meanwhile, otherwise than we would.
    if (jsErrorOf(error) === JS_ERROR.streamNameInUse) return await manager.streams.info(wanted.name);
    throw error;
  }
}

function isAsWanted(config: StreamInfo['config'], wanted: Wanted): boolean {
  return (
    config.subjects.length === 1 &&
    config.subjects[0] === wanted.subjects[0] &&
    config.discard === wanted.discard &&
    config.max_age === wanted.max_age &&
    config.duplicate_window === wanted.duplicate_window
  );
}

function differs(name: string, found: string, wanted: string): Refusal {
  return new Refusal(
    'STREAM_DIFFERS',
    `The stream ${name} of the NATS server retains by ${found}; it must by ${wanted}, which cannot be changed. ` +
      `Delete it with "nats stream rm ${name}", or set TROUPE_PREFIX.`,
  );
}
