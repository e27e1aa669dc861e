// Nearer and farther on the server-drawn map: buttons, wheel with Ctrl, and dragging.
const map = document.querySelector("[data-map]");
const tools = document.querySelector("[data-map-tools]");

if (map && tools) {
  const whole = map.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const view = { ...full };
  const dots = [...map.querySelectorAll("circle")].map((dot) => [dot, dot.r.baseVal.value]);
  tools.hidden = false;

  const show = () => {
    view.x = Math.min(Math.max(view.x, full.x), full.x + full.width - view.width);
    view.y = Math.min(Math.max(view.y, full.y), full.y + full.height - view.height);
    map.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    const share = view.width / full.width;
    for (const [dot, radius] of dots) dot.setAttribute("r", radius * Math.max(share, 0.3));
    map.querySelectorAll("text").forEach((text) => text.setAttribute("transform", around(text, share)));
  };

  const around = (text, share) => {
    const x = text.x.baseVal.length ? text.x.baseVal[0].value : 0;
    const y = text.y.baseVal.length ? text.y.baseVal[0].value : 0;
    const size = Math.max(share, 0.3);
    return `translate(${x} ${y}) scale(${size}) translate(${-x} ${-y})`;
  };

  const zoom = (factor, atX = 0.5, atY = 0.5) => {
    const width = Math.min(full.width, Math.max(full.width / 16, view.width * factor));
    const height = (width * full.height) / full.width;
    view.x += (view.width - width) * atX;
    view.y += (view.height - height) * atY;
    view.width = width;
    view.height = height;
    show();
  };

  tools.addEventListener("click", (event) => {
    const how = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (how === "in") zoom(0.6);
    if (how === "out") zoom(1 / 0.6);
    if (how === "all") zoom(full.width);
  });

  map.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = map.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 0.8 : 1.25, (event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height);
  }, { passive: false });

  let from = null;
  map.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && !event.target.closest("a")) from = { x: event.clientX, y: event.clientY };
  });
  window.addEventListener("pointerup", () => { from = null; });
  map.addEventListener("pointermove", (event) => {
    if (!from) return;
    const step = view.width / map.getBoundingClientRect().width;
    view.x -= (event.clientX - from.x) * step;
    view.y -= (event.clientY - from.y) * step;
    from = { x: event.clientX, y: event.clientY };
    show();
  });
}
