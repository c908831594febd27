"use strict";

// Native tooltips come late and never on touch screens: show the texts of <title> at once instead.
const box = document.createElement("div");
box.className = "tooltip";
box.setAttribute("role", "status");
document.body.append(box);
for (const title of document.querySelectorAll("svg title")) {
  title.parentNode.dataset.tip = title.textContent;
  title.remove();
}
function show(event) {
  const owner = event.target.closest("[data-tip]");
  box.hidden = !owner;
  if (!owner) return;
  box.textContent = owner.dataset.tip;
  const margin = 12;
  const left = Math.min(event.clientX + margin, innerWidth - box.offsetWidth - margin);
  const below = event.clientY + margin + box.offsetHeight < innerHeight;
  box.style.left = `${Math.max(margin, left)}px`;
  box.style.top = `${below ? event.clientY + margin : event.clientY - margin - box.offsetHeight}px`;
}
box.hidden = true;
document.addEventListener("pointermove", show);
document.addEventListener("pointerdown", show);

for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = "Copied";
  });
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
