/* A classic script, as a page has them: it imports the package, shows an object and chooses a window. */
(async () => {
  const element = document.getElementById("viewer");
  const { createViewer } = await import(element.dataset.package);
  const viewer = await createViewer(element, { assetsUrl: element.dataset.assets });
  const query = new URLSearchParams(location.search);
  await viewer.load(query.get("url"));
  viewer.applyWindowLevel({ center: Number(query.get("center")), width: Number(query.get("width")) });
  await viewer.renderSlice(0);
  window.shownViewer = viewer;
})();
