// The swipe between two maps: a divider to drag, and a view that zooms and moves; mouse, touch and keys.
// The pictures are those of the maps below it, so the page holds each of them once.
(() => {
  "use strict";
  const root = document.getElementById("swipe");
  if (root) swipe(root);

  // Printing shows everything: what is folded opens, and closes again afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((each) => { each.open = false; }));

  function swipe(root) {
    const stage = root.querySelector(".stage");
    const divider = root.querySelector(".divider");
    const layers = { left: stage.querySelector(".layer.left"), right: stage.querySelector(".layer.right") };
    const bar = stage.querySelector(".scalebar");
    const widthM = Number(stage.dataset.widthM);
    const most = 16;
    let split = 0.5, scale = 1, x = 0, y = 0;

    const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

    function choose(side) {
      const picked = root.querySelector("#swipe-" + side);
      const map = document.getElementById("map-" + picked.value);
      const image = map.querySelector("img").cloneNode();
      image.removeAttribute("id");
      const lines = document.getElementById(map.dataset.lines).querySelector(".frame svg").cloneNode(true);
      layers[side].querySelector(".moved").replaceChildren(image, lines);
      stage.querySelector(".name." + side).textContent = picked.selectedOptions[0].textContent;
      draw();
    }

    function draw() {
      const width = stage.clientWidth, height = stage.clientHeight;
      x = clamp(x, width * (1 - scale), 0);
      y = clamp(y, height * (1 - scale), 0);
      for (const layer of Object.values(layers)) {
        const moved = layer.querySelector(".moved");
        moved.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
        const image = moved.querySelector("img");
        if (image) image.classList.toggle("sharp", width * scale > image.naturalWidth);
      }
      layers.right.style.clipPath = `inset(0 0 0 ${split * 100}%)`;
      divider.style.left = split * 100 + "%";
      divider.setAttribute("aria-valuenow", String(Math.round(split * 100)));
      stage.classList.toggle("zoomed", scale > 1);
      drawBar(widthM / (width * scale));
    }

    function drawBar(metresPerPixel) {
      const room = Math.max(60, stage.clientWidth * 0.22) * metresPerPixel;
      const power = 10 ** Math.floor(Math.log10(room));
      const length = [5, 2, 1].map((step) => step * power).find((value) => value <= room);
      bar.style.width = length / metresPerPixel + "px";
      bar.firstElementChild.textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
    }

    function zoom(factor, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) {
      const next = clamp(scale * factor, 1, most);
      x = atX - (atX - x) * (next / scale);
      y = atY - (atY - y) * (next / scale);
      scale = next;
      draw();
    }

    function move(dx, dy) { x += dx; y += dy; draw(); }
    function slide(to) { split = clamp(to, 0, 1); draw(); }
    function reset() { split = 0.5; scale = 1; x = 0; y = 0; draw(); }

    const place = (event) => {
      const box = stage.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };

    // Pointers on the map itself: one moves the zoomed map, two pinch.
    const held = new Map();
    stage.addEventListener("pointerdown", (event) => {
      if (event.target.closest(".divider")) return;
      held.set(event.pointerId, place(event));
      if (scale > 1 || held.size > 1) {
        stage.setPointerCapture(event.pointerId);
        stage.classList.add("moving");
      }
    });
    stage.addEventListener("pointermove", (event) => {
      if (!held.has(event.pointerId)) return;
      const before = held.get(event.pointerId), now = place(event);
      if (held.size === 2) {
        const [other] = [...held].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
        const was = Math.hypot(before.x - other.x, before.y - other.y);
        const is = Math.hypot(now.x - other.x, now.y - other.y);
        if (was > 0) zoom(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
      } else if (scale > 1) {
        move(now.x - before.x, now.y - before.y);
      }
      held.set(event.pointerId, now);
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      stage.addEventListener(kind, (event) => {
        held.delete(event.pointerId);
        if (held.size === 0) stage.classList.remove("moving");
      });
    }
    // Two fingers on a page would zoom the page: here they zoom the map.
    stage.addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { passive: false });

    divider.addEventListener("pointerdown", (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.focus({ preventScroll: true });
      event.preventDefault();
    });
    divider.addEventListener("pointermove", (event) => {
      if (divider.hasPointerCapture(event.pointerId)) slide(place(event).x / stage.clientWidth);
    });

    // The wheel scrolls the page unless Ctrl (or a pinch on a touchpad, which says the same) is held.
    stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const at = place(event);
      zoom(Math.exp(-event.deltaY * 0.004), at.x, at.y);
    }, { passive: false });
    stage.addEventListener("dblclick", (event) => {
      const at = place(event);
      zoom(2, at.x, at.y);
    });

    divider.addEventListener("keydown", (event) => {
      const step = stage.clientWidth * 0.12;
      const keys = event.shiftKey ? {
        ArrowLeft: () => move(step, 0), ArrowRight: () => move(-step, 0),
        ArrowUp: () => move(0, step), ArrowDown: () => move(0, -step), "+": () => zoom(1.5),
      } : {
        ArrowLeft: () => slide(split - 0.02), ArrowRight: () => slide(split + 0.02),
        PageDown: () => slide(split - 0.1), PageUp: () => slide(split + 0.1),
        Home: () => slide(0), End: () => slide(1),
        "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), "0": reset,
      };
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    });

    root.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => {
      ({ in: () => zoom(1.5), out: () => zoom(1 / 1.5), reset })[button.dataset.do]();
    }));
    for (const side of ["left", "right"]) {
      root.querySelector("#swipe-" + side).addEventListener("change", () => choose(side));
    }
    root.querySelector("#swipe-lines")?.addEventListener("change", (event) => {
      stage.classList.toggle("lines", event.target.checked);
    });
    addEventListener("resize", draw);

    root.hidden = false;
    choose("left");
    choose("right");
  }
})();
