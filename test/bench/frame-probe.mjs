/**
 * Runs in the page, before the page does: notes the time between frames, long pieces of work, and for each selector
 * of `wanted` the frame after the one in which it was first there, milliseconds from the navigation on.
 */

const probe = { wanted: [], shownAt: {}, frames: [], tasks: [] };
globalThis.probe = probe;

let before = performance.now();
function tick() {
  const now = performance.now();
  probe.frames.push(now - before);
  before = now;
  for (const selector of probe.wanted) {
    if (probe.shownAt[selector] !== undefined || document.querySelector(selector) === null) continue;
    // Found before this frame is painted: the next one says that it was.
    requestAnimationFrame(() => {
      probe.shownAt[selector] ??= performance.now();
    });
  }
  requestAnimationFrame(tick);
}
requestAnimationFrame(tick);

new PerformanceObserver((list) => {
  probe.tasks.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ type: 'longtask' });
