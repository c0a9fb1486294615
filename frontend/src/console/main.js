import { mount } from "svelte";
import "../fonts.css";
import "./console.css";
import App from "./App.svelte";
import { desk } from "./desk.svelte.js";

desk.start(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
window.temirbek = { desk };
mount(App, { target: document.getElementById("app") });
