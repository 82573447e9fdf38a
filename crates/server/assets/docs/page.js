"use strict";
(() => {
  const picker = document.getElementById("document");
  // The class that Swagger UI's own style sheet has its dark colours under.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const shade = () => { document.documentElement.classList.toggle("dark-mode", dark.matches); };
  dark.addEventListener("change", shade);
  shade();
  const show = () => {
    document.getElementById("source").href = picker.value;
    // validatorUrl: null, or the document would be sent to somebody else's server to be judged.
    SwaggerUIBundle({ url: picker.value, dom_id: "#reference", validatorUrl: null, docExpansion: "list", defaultModelsExpandDepth: 0 });
  };
  const fromAddress = () => {
    const wanted = "../" + decodeURIComponent(location.hash.slice(1));
    const known = [...picker.options].some((option) => option.value === wanted);
    if (known) picker.value = wanted;
    show();
  };
  picker.addEventListener("change", () => { location.hash = encodeURIComponent(picker.value.slice(3)); });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
