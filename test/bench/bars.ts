/** Bars as SVG: panels under each other, one scale each, readable on a light and on a dark page. */

export interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly isOurs?: boolean }[];
}

const WIDTH = 720;
const LABEL_WIDTH = 230;
const BAR_WIDTH = 400;
const ROW = 24;
const TITLE_ROW = 36;
const OURS = '#2f6fde';
const OTHERS = '#8a94a6';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const numberText = (value: number): string =>
  value.toLocaleString('en', value < 10 ? { maximumFractionDigits: 2 } : { maximumFractionDigits: 0 });

export function barChart(title: string, panels: readonly Panel[]): string {
  const drawn: string[] = [text(0, 18, title, 'class="title"')];
  let y = 28;
  for (const panel of panels) {
    drawn.push(...drawPanel(panel, y));
    y += TITLE_ROW + panel.bars.length * ROW;
  }
  const style =
    'text{font:13px system-ui,sans-serif;fill:#1c2330}.title{font-weight:600}' +
    '@media(prefers-color-scheme:dark){text{fill:#e6e9ef}}';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" width="${WIDTH}" role="img">`,
    `<title>${escapeXml(title)}</title><style>${style}</style>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, bars }: Panel, top: number): string[] {
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.flatMap(({ label, value, isOurs = true }, index) => {
    const y = top + TITLE_ROW + index * ROW;
    const width = Math.max(1, (value / most) * BAR_WIDTH).toFixed(1);
    const fill = isOurs ? OURS : OTHERS;
    return [
      text(LABEL_WIDTH - 8, y, label, 'text-anchor="end"'),
      `<rect x="${LABEL_WIDTH}" y="${y - 13}" width="${width}" height="17" rx="2" fill="${fill}"/>`,
      text(LABEL_WIDTH + Number(width) + 6, y, numberText(value)),
    ];
  });
  return [text(0, top + 14, title, 'class="title"'), ...rows];
}

const text = (x: number, y: number, content: string, attributes = ''): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
