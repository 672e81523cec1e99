/** What is wider than its place scrolls sideways, and must then be reached by keyboard; where it fits it is no stop of the Tab key. */
export function keepScrollable(): void {
  const observer = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      if (target.scrollWidth > target.clientWidth + 1) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const target of document.querySelectorAll(".plain, .chart")) observer.observe(target);
}
