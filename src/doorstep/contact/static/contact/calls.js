// The countdown of a clearance, and keys for those who like them. The server decides; this shows.

const timer = document.querySelector("[data-seconds]");
if (timer) {
  // Counted from when the page came, so that a wrong clock on this machine does no harm.
  const until = performance.now() + Number(timer.dataset.seconds) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.round((until - performance.now()) / 1000));
    timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left > 0) return;
    window.clearInterval(running);
    document.querySelector("[data-number]")?.replaceChildren("–");
  };
  const running = window.setInterval(tick, 1000);
  tick();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=radio]), textarea, select")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
