"use strict";

// The page reads well without this: it adds the pointer on the curve, and opens what a link names.

function openTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const clip = target && target.closest("details");
  if (clip && !clip.open) {
    clip.open = true;
    target.scrollIntoView();
  }
}

function follow(figure) {
  const plot = figure.querySelector(".plot");
  const cursor = figure.querySelector(".cursor");
  const readout = figure.querySelector(".readout");
  const clip = figure.closest(".clip");
  const segments = [...clip.querySelectorAll(".segment")];
  const spans = segments.map((segment) => [+segment.dataset.from, +segment.dataset.to]);
  const hint = readout.textContent;
  let shown = -1;

  function nearest(share) {
    let best = 0;
    let distance = Infinity;
    spans.forEach(([from, to], place) => {
      const away = share < from ? from - share : share > to ? share - to : 0;
      if (away < distance) [best, distance] = [place, away];
    });
    return best;
  }

  function show(place) {
    if (place === shown) return;
    shown = place;
    const [from, to] = spans[place];
    cursor.setAttribute("x", from + "%");
    cursor.setAttribute("width", Math.max(0.15, to - from) + "%");
    const segment = segments[place];
    const part = (selector) => (segment.querySelector(selector)?.textContent ?? "").trim();
    const bold = document.createElement("b");
    bold.textContent = part(".when a") + "  " + part(".called");
    const channels = [...segment.querySelectorAll(".channels div:has(.gave, .absent)")]
      .map((row) => [...row.children].slice(0, 3).map((cell) => cell.textContent.trim()))
      .map((cells) => cells.filter(Boolean).join(" "))
      .join(", ");
    const quote = document.createElement("q");
    quote.dir = "auto";
    const said = part(".text");
    quote.textContent = said.length > 160 ? said.slice(0, 160) + "…" : said;
    readout.replaceChildren(bold, "  " + channels, document.createElement("br"), quote);
  }

  function hide() {
    shown = -1;
    cursor.setAttribute("width", "0");
    readout.textContent = hint;
  }

  function pointed(event) {
    const box = plot.getBoundingClientRect();
    return nearest(((event.clientX - box.left) / box.width) * 100);
  }

  plot.addEventListener("pointermove", (event) => show(pointed(event)));
  plot.addEventListener("pointerdown", (event) => show(pointed(event)));
  plot.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
  plot.addEventListener("click", (event) => {
    if (event.detail === 2 || matchMedia("(hover: hover)").matches) go(pointed(event));
  });
  plot.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) show(Math.max(0, Math.min(segments.length - 1, shown + step)));
    else if (event.key === "Enter" && shown >= 0) go(shown);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });

  function go(place) {
    location.hash = segments[place].id;
  }
}

document.querySelectorAll("figure.curve").forEach(follow);
addEventListener("hashchange", openTarget);
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((clip) => (clip.open = true));
});
openTarget();
