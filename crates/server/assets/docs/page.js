"use strict";
(() => {
  const picker = document.getElementById("document");
  const show = () => {
    document.getElementById("source").href = picker.value;
    // validatorUrl: null, or the document would be sent to somebody else's server to be judged.
    SwaggerUIBundle({ url: picker.value, dom_id: "#reference", validatorUrl: null, docExpansion: "list", defaultModelsExpandDepth: 0 });
  };
  const fromAddress = () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const known = [...picker.options].some((option) => option.value === wanted);
    if (known) picker.value = wanted;
    show();
  };
  picker.addEventListener("change", () => { location.hash = encodeURIComponent(picker.value); });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
})();
