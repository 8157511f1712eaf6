// The data-set map: rows come in pages, when the reader scrolls to the end of those that are there, and anew for a search.
const form = document.querySelector("form.search");
if (form) {
  const body = document.getElementById("rows");
  const count = form.querySelector("output");
  const shown = document.querySelector(".map");
  let asked = 0;

  const read = async (after) => {
    const mine = ++asked;
    const search = encodeURIComponent(form.search.value);
    const answer = await fetch(`${form.dataset.rows}&search=${search}&after=${after}`);
    if (mine !== asked) return;
    if (!answer.ok) {
      count.value = `The map cannot be read: ${answer.status} ${answer.statusText}`;
      return;
    }
    const rows = document.createElement("tbody");
    rows.innerHTML = await answer.text();
    if (mine !== asked) return;
    if (after < 0) body.replaceChildren();
    body.append(...rows.children);
    const more = body.lastElementChild?.dataset.after;
    count.value = `${body.rows.length} data sets${more ? ", more below" : ""}`;
    if (more) end.observe(body.lastElementChild);
  };

  const end = new IntersectionObserver((seen) => {
    for (const row of seen.filter((one) => one.isIntersecting)) {
      end.unobserve(row.target);
      read(row.target.dataset.after);
    }
  }, { root: shown, rootMargin: "600px" });

  let typing;
  form.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => { end.disconnect(); read(-1); }, 200);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); end.disconnect(); read(-1); });
  read(-1);
}
