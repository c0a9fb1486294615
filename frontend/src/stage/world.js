/** The stage as a whole: builds the scene, poses it as a function of mix time, draws it as well as the machine can. */
import * as THREE from "three";
import { EffectComposer } from "three/addons/postprocessing/EffectComposer.js";
import { OutputPass } from "three/addons/postprocessing/OutputPass.js";
import { RenderPass } from "three/addons/postprocessing/RenderPass.js";
import { UnrealBloomPass } from "three/addons/postprocessing/UnrealBloomPass.js";
import { Beams } from "./beams.js";
import { Cameras } from "./cameras.js";
import { Crowd } from "./crowd.js";
import { Desk } from "./desk.js";
import { Floor } from "./floor.js";
import { LightPlot } from "./lighting.js";
import { dress } from "./outfit.js";
import { Robot } from "./robots.js";
import { Wall } from "./wall.js";

export const QUALITIES = ["low", "medium", "high"];
const LOOK = {
  low: { pixels: 0.8, mirror: 0, bloom: false, shadows: false, samples: 0 },
  medium: { pixels: 1, mirror: 0.35, bloom: true, shadows: false, samples: 4 },
  high: { pixels: 2, mirror: 0.5, bloom: true, shadows: true, samples: 4 },
};
const WHITE = new THREE.Color("#fff");
const SLOW_FRAME_MS = 34;
const FRAMES_TO_JUDGE = 30;

export class World {
  constructor(canvas, show, music, { quality, isCalm }) {
    this.canvas = canvas;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, powerPreference: "high-performance" });
    this.renderer.toneMapping = THREE.ACESFilmicToneMapping;
    this.renderer.toneMappingExposure = 1.15;
    this.renderer.shadowMap.type = THREE.PCFShadowMap;
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color("#03050a");
    this.scene.fog = new THREE.FogExp2("#05070d", 0.03);
    this.plot = new LightPlot(music);
    this.plot.isCalm = this.isCalm = isCalm;
    this.isAuto = quality === "auto";
    const [hx, hy] = show.stage.half_extent;
    this.cast = show.performers.map((p) => new Robot(p, show.figures[p.robot]));
    this.wall = new Wall(music, show.stage);
    const front = hx + 0.1;
    const back = this.wall.x - 0.3;
    const edge = { depth: front - back, width: Math.max(2 * hy + 1, this.wall.width + 1), centerX: (front + back) / 2 };
    this.floor = new Floor(edge);
    this.desk = new Desk(show.stage, music);
    this.beams = new Beams(this.wall);
    this.crowd = new Crowd(edge.centerX + edge.depth / 2, edge.width + 3.5, quality === "low" ? 78 : 130);
    this.lamps = [];
    for (const robot of this.cast) this.lamps.push(...dress(robot));
    this.scene.add(this.floor.group, this.wall.mesh, this.desk.group, this.beams.group, this.crowd.group, ...this.cast.map((r) => r.root));
    this.addLights();
    this.scene.environment = environment(this.renderer);
    this.cameras = new Cameras(canvas, this.cast, show.stage, music);
    this.cameras.isCalm = isCalm;
    this.foot = new THREE.Vector3();
    this.frameTimes = [];
    this.setQuality(this.isAuto ? "high" : quality);
  }

  addLights() {
    this.key = new THREE.SpotLight("#fff", 0, 18, 0.5, 0.75, 1.2);
    this.key.position.set(6.2, -2.2, 5.6);
    this.key.target.position.set(0.4, 0.3, 0.5);
    this.key.shadow.mapSize.set(1024, 1024);
    this.key.shadow.bias = -0.004; // some 4 cm at the stage: decimated bodies must not shade themselves in shards
    this.key.shadow.camera.near = 3;
    this.key.shadow.camera.far = 14;
    this.rims = [-1, 1].map((side) => {
      const light = new THREE.DirectionalLight("#fff", 0);
      light.position.set(-4.5, side * 5, 3.6);
      this.scene.add(light);
      return light;
    });
    this.fill = new THREE.HemisphereLight("#fff", "#0a0c14", 0.2);
    this.fill.position.set(0, 0, 1);
    this.djSpot = new THREE.SpotLight("#fff", 0, 9, 0.2, 0.7, 1.2);
    this.djSpot.position.set(2.4, 1.2, 4.4);
    this.djSpot.target.position.set(-1.4, 0, 1.35);
    const cat = this.cast.find((r) => r.performer.role === "animal")?.performer.mark ?? [0.7, 2.6];
    this.catSpot = new THREE.SpotLight("#fff", 0, 9, 0.2, 0.8, 1.2);
    this.catSpot.position.set(cat[0] + 3.4, cat[1] + 0.6, 4.2);
    this.catSpot.target.position.set(cat[0], cat[1], 0.2);
    this.scene.add(this.catSpot, this.catSpot.target, this.key, this.key.target, this.fill, this.djSpot, this.djSpot.target);
  }

  setQuality(name) {
    this.quality = name;
    const look = LOOK[name];
    this.renderer.shadowMap.enabled = look.shadows;
    this.key.castShadow = look.shadows;
    this.composer?.dispose();
    this.composer = null;
    if (look.bloom) {
      const target = new THREE.WebGLRenderTarget(4, 4, { type: THREE.HalfFloatType, samples: look.samples });
      this.composer = new EffectComposer(this.renderer, target);
      this.bloom = new UnrealBloomPass(new THREE.Vector2(4, 4), 0.4, 0.5, 1.3);
      this.composer.addPass(new RenderPass(this.scene, this.cameras.camera));
      this.composer.addPass(this.bloom);
      this.composer.addPass(new OutputPass());
    }
    this.scene.traverse((o) => {
      if (o.material) [o.material].flat().forEach((m) => (m.needsUpdate = true));
    });
    if (this.size) this.resize(...this.size);
  }

  resize(width, height, covered) {
    this.size = [width, height, covered];
    const look = LOOK[this.quality];
    const ratio = Math.min(window.devicePixelRatio || 1, look.pixels) * (this.shrink ?? 1);
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.composer?.setPixelRatio(ratio);
    this.composer?.setSize(width, height);
    this.floor.setMirror(Math.round(width * ratio * look.mirror), Math.round(height * ratio * look.mirror));
    this.cameras.resize(width, height, covered);
  }

  /** Poses everything for mix time t [s] and draws. */
  draw(t, frameMs) {
    const light = this.plot.at(t);
    for (const robot of this.cast) robot.pose(t);
    this.scene.updateMatrixWorld();
    this.light(light);
    this.wall.update(light, this.cameras.isPoster);
    this.desk.update(light);
    this.beams.update(light);
    this.crowd.update(light, this.isCalm);
    this.floor.update(light, this.beams.pools, this.feet(), this.wall);
    this.cameras.update(light);
    if (this.composer) this.composer.render();
    else this.renderer.render(this.scene, this.cameras.camera);
    this.judge(frameMs);
  }

  light(light) {
    const dark = light.dark;
    this.key.color.copy(light.key);
    this.key.intensity = 41 * light.keyLevel * (0.94 + 0.1 * light.pulse) * (0.25 + 0.75 * dark);
    this.rims[0].color.copy(light.rim);
    this.rims[1].color.copy(light.beam);
    for (const rim of this.rims) rim.intensity = (0.8 + 1.2 * Math.min(1, light.beams)) * dark;
    this.fill.color.copy(light.rim);
    this.fill.intensity = 0.30 * (0.3 + 0.7 * dark);
    this.djSpot.color.copy(light.key).lerp(WHITE, 0.4);
    this.djSpot.intensity = 20 * (0.6 + 0.4 * light.keyLevel) * (0.3 + 0.7 * dark);
    this.catSpot.color.copy(light.key).lerp(WHITE, 0.4);
    this.catSpot.intensity = 11 * (0.6 + 0.4 * light.keyLevel) * (0.3 + 0.7 * dark);
    this.scene.environmentIntensity = 0.5 * (0.35 + 0.65 * dark);
    if (this.bloom) this.bloom.strength = 0.34 + 0.2 * light.opening;
    for (const lamp of this.lamps) lamp(light);
    for (const robot of this.cast) robot.glow(0.9 + 1.1 * light.pulse);
  }

  feet() {
    const found = [];
    for (const robot of this.cast) {
      if (robot.performer.role === "dj") continue; // stands on the riser
      for (const node of robot.feet) {
        node.getWorldPosition(this.foot);
        const isSmall = robot.performer.robot === "go2";
        found.push({ x: this.foot.x + (isSmall ? 0 : 0.03), y: this.foot.y, height: Math.max(0, this.foot.z - (isSmall ? 0.03 : 0.05)), radius: isSmall ? 0.09 : 0.17 });
      }
    }
    return found;
  }

  /** Lowers the quality when the machine is measured to be too slow for it. */
  judge(frameMs) {
    if (!this.isAuto || frameMs === undefined) return;
    this.frameTimes.push(frameMs);
    if (this.frameTimes.length < FRAMES_TO_JUDGE) return;
    const median = this.frameTimes.sort((a, b) => a - b)[FRAMES_TO_JUDGE >> 1];
    this.frameTimes = [];
    if (median < SLOW_FRAME_MS) return;
    const lower = QUALITIES.indexOf(this.quality) - 1;
    if (lower >= 0) this.setQuality(QUALITIES[lower]);
    else if ((this.shrink ?? 1) > 0.4) {
      this.shrink = (this.shrink ?? 1) * 0.8;
      this.resize(...this.size);
    }
  }
}

/** Soft boxes around a dark room, for the lacquer to mirror. */
function environment(renderer) {
  const room = new THREE.Scene();
  room.background = new THREE.Color("#05070c");
  const panel = (x, y, z, w, h, color, power) => {
    const mesh = new THREE.Mesh(new THREE.PlaneGeometry(w, h), new THREE.MeshBasicMaterial({ color: new THREE.Color(color).multiplyScalar(power), side: THREE.DoubleSide }));
    mesh.position.set(x, y, z);
    mesh.lookAt(0, 0, 0);
    room.add(mesh);
  };
  panel(0, 0, 9, 7, 3, "#e8f0ff", 7);
  panel(8, -5, 5, 2, 6, "#ffffff", 6);
  panel(8, 6, 4, 1.2, 6, "#bfe6ff", 4);
  panel(-8, -6, 3, 2, 8, "#2fb6e0", 5);
  panel(-8, 6, 3, 2, 8, "#8a5bff", 5);
  panel(-9, 0, 2.4, 12, 4, "#4a6cff", 1.4);
  const maker = new THREE.PMREMGenerator(renderer);
  const texture = maker.fromScene(room, 0.03).texture;
  maker.dispose();
  return texture;
}
