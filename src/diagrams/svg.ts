/** Placed graphs and statecharts as SVG files that stand alone: no script, no font or style from elsewhere. */

import type { Box, ChartState, GraphNode, MachineChart, Point, WorkflowGraph } from './layout.ts';
import { COLOURS } from './workflow-diagram.ts';

const STYLE = `
  svg { background: #fff; color: #18181b; font: 13px system-ui, sans-serif; }
  text { fill: currentColor; text-anchor: middle; dominant-baseline: central; }
  .small { font-size: 11px; opacity: .75; }
  rect { fill: #fafafa; stroke: #71717a; }
  rect.on { color: #111; }
  rect.group { fill: none; stroke-dasharray: 5 4; }
  .bundle path { stroke-width: 2.5px; }
  path { fill: none; stroke: #71717a; }
  .tip { fill: #71717a; stroke: none; }
  .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
  @media (prefers-color-scheme: dark) {
    svg { background: #18181b; color: #f4f4f5; }
    rect { fill: #27272a; }
    .halo { stroke: #18181b; }
  }
  text.on { fill: #111; }
`;

/** Only drawings with compensations have these, so that all others stay as they are. */
const BACK_STYLE = `
  .back rect, .back path { stroke-dasharray: 5 4; }
  .back path.order { stroke-dasharray: 2 4; }
`;

/** `statuses` has the state of each step, by index, those of compensations last; without it the graph is plain. */
export function workflowSvg(graph: WorkflowGraph, statuses?: readonly string[]): string {
  const groups = graph.groups.map((group) => box(group).replace('<rect', '<rect class="group"'));
  const bundles = graph.bundles.map(({ count, points, labelAt: [x, y] }) => {
    const label = count === 1 ? '1 dependency' : `${count} dependencies`;
    return `<g class="bundle"><title>${label}</title>${line(points)}${text(x, y, `×${count}`, 'small halo')}</g>`;
  });
  const edges = graph.edges.map(({ points, labels, labelAt: [x, y] }) => {
    return line(points) + labels.map((label, index) => text(x, y + index * 14, label, 'small halo')).join('');
  });
  const nodes = graph.nodes.map((node, index) => stepBox(node, statuses?.[index]));
  if (graph.back === undefined) return document(graph, [...groups, ...edges, ...bundles, ...nodes]);
  const back = graph.back.map(({ points, isOrder }) => {
    const drawn = line(points);
    return `<g class="back">${isOrder ? drawn.replace('<path', '<path class="order"') : drawn}</g>`;
  });
  const parts = [`<style>${BACK_STYLE}</style>`, ...groups, ...edges, ...back, ...bundles, ...nodes];
  return document(graph, parts);
}

function stepBox(
  { name, handler, work, marks, x, y, width, height, critical, optional, compensates }: GraphNode,
  status?: string,
): string {
  const colour = status === undefined ? undefined : COLOURS[status];
  const traits = [
    status,
    critical ? 'critical' : undefined,
    optional ? 'optional' : undefined,
    // A handler's name is for who asks; that there is none is for everybody.
    work === handler ? undefined : work,
    // Its arrow says what a compensation takes back.
    ...(compensates === undefined ? marks : []),
  ].filter((trait) => trait !== undefined);
  const on = colour === undefined ? '' : ' on';
  const middle = x + width / 2;
  const fits = Math.floor((width - 12) / 7.2);
  const label = name.length > fits ? `${name.slice(0, fits - 1)}…` : name;
  const lines =
    traits.length === 0
      ? text(middle, y + height / 2, label, on)
      : text(middle, y + height / 2 - 8, label, on) +
        text(middle, y + height / 2 + 10, traits.join(', '), `small${on}`);
  const group = compensates === undefined ? '<g>' : '<g class="back">';
  return `${group}<title>${escaped(name)}</title>${box({ x, y, width, height }, colour)}${lines}</g>`;
}

export function chartSvg(chart: MachineChart): string {
  const states = chart.states.map(stateBox);
  // Transitions between the same states share their line.
  const lines = new Map(chart.transitions.map(({ points }) => [JSON.stringify(points), points]));
  const labels = chart.transitions.map(({ label, labelAt: [x, y] }) => text(x, y, label, 'small halo'));
  return document(chart, [...states, ...[...lines.values()].map(line), ...labels]);
}

function stateBox(state: ChartState): string {
  const { id, path, x, y, width, height, initial, final, children = [] } = state;
  const middle = x + width / 2;
  const labelY = children.length === 0 ? y + height / 2 : y + 17;
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6 };
  return [
    `<g><title>${escaped(id)}</title>`,
    box(state),
    final ? box(inner) : '',
    initial ? `<circle class="tip" cx="${x + 9}" cy="${y + 9}" r="4"/>` : '',
    text(middle, labelY, path.at(-1) ?? ''),
    '</g>',
    ...children.map(stateBox),
  ].join('');
}

function box({ x, y, width, height }: Box, colour?: string): string {
  const fill = colour === undefined ? '' : ` style="fill: ${colour}"`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8"${fill}/>`;
}

function line(points: readonly Point[]): string {
  const [start, ...others] = points;
  if (start === undefined) return '';
  const path = [`M${start.join(' ')}`, ...others.map((point) => `L${point.join(' ')}`)].join('');
  return `<path d="${path}" marker-end="url(#tip)"/>`;
}

function text(x: number, y: number, content: string, classes = ''): string {
  const named = classes.trim() === '' ? '' : ` class="${classes.trim()}"`;
  return `<text x="${x}" y="${y}"${named}>${escaped(content)}</text>`;
}

const TIP =
  '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">' +
  '<path class="tip" d="M0 0L8 4L0 8z"/></marker>';

function document({ width, height }: Pick<Box, 'width' | 'height'>, parts: readonly string[]): string {
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  const view = `viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${view}>`;
  return [head, `<style>${STYLE}</style><defs>${TIP}</defs>`, ...parts, '</svg>', ''].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML cannot hold at all are shown as the sign for what cannot be shown. */
const escaped = (content: string): string =>
  content
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"]/g, (c) => ENTITIES[c] ?? c);
