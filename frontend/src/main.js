import { mount } from "svelte";
import "./fonts.css";
import "./page.css";
import App from "./App.svelte";
import { readShow } from "./show.js";

readShow().then(
  (show) => mount(App, { target: document.getElementById("app"), props: { show } }),
  (error) => {
    document.getElementById("app").textContent = `This page is damaged: ${error.message}`;
    throw error;
  },
);
