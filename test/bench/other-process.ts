/** Reads the cost of another process so far, with those it started. Read from /proc; zeros where there is none. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface ProcessCosts {
  readonly cpuMs: number;
  readonly peakMemoryMb: number;
}

const TICKS_PER_SECOND = existsSync('/proc') ? Number(execFileSync('getconf', ['CLK_TCK'])) : 100;

/** CPU of the processes alive and of those they have waited for; the sum of their peaks of memory,
 * in which memory they share, as PostgreSQL's processes do, counts for each. */
export function costsOfProcesses(pids: readonly number[]): ProcessCosts {
  const parents = parentsOfAll();
  const family = new Set(pids.filter((pid) => parents.has(pid)));
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  const all = [...family].map(costsOf);
  return {
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    peakMemoryMb: all.reduce((sum, { peakMemoryMb }) => sum + peakMemoryMb, 0),
  };
}

function costsOf(pid: number): ProcessCosts {
  const fields = statOf(pid);
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const peakKb = /^VmHWM:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0;
  return { cpuMs: (ticks * 1_000) / TICKS_PER_SECOND, peakMemoryMb: Number(peakKb) / 1_024 };
}

/** The fields of `stat` after the name, which may hold anything: state, parent, … user and system ticks from 11 on. */
const statOf = (pid: number): string[] =>
  read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');

function parentsOfAll(): Map<number, number> {
  if (!existsSync('/proc')) return new Map();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), Number(statOf(Number(pid))[1])]));
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile, and costs nothing any more.
    return '';
  }
}
