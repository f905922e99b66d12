// How Sphinx ranks search results. A page whose title is what was searched for, with spaces or hyphens, comes first.
var Scorer = {
  score: ([_document, title, _anchor, _description, score]) => {
    const words = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, " ").trim();
    const query = words(new URLSearchParams(window.location.search).get("q") || "");
    const name = words(title.replace(/^git alembic /, ""));
    return name === query ? score + 1000 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
