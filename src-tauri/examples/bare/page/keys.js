// Each key shows the next of no items at all.
const item = document.querySelector("main");
document.addEventListener("keydown", () => {
  const next = Number(item.dataset.itemId) + 1;
  item.dataset.itemId = String(next);
  item.textContent = `Item ${next}`;
});
