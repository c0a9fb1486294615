import { mount } from "svelte";
import "../fonts.css";
import "./console.css";
import App from "./App.svelte";
import { inWords } from "./reasons.js";
import { desk } from "./desk.svelte.js";

desk.start(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
window.temirbek = { desk, inWords };
mount(App, { target: document.getElementById("app") });
