// A map drawn from coordinates, without a tile server: equirectangular, true to scale at its middle, with the outlines of
// countries, a grid of degrees and a scale.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";

import { number, unit } from "../../format.js";
import { t } from "../../i18n.js";

const WIDTH = 720;
const HEIGHT_MIN = 220;
const HEIGHT_MAX = 380;
const MARGIN = 56;
const SPAN_MIN = 0.5; // degrees: less would show a street's worth of nothing
const KM_PER_DEGREE = 111.32;
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45];
const KM_FROM = 40; // pixels: a shorter way has no room for it
const KM_AT = 0.62; // of the way: names crowd at its ends
const [NAME_WIDE, NAME_HIGH] = [90, 26];
const SCALES_KM = [5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/** How degrees become pixels so that all points are in the picture. */
function projection(points) {
  const latitudes = points.map(({ latitude }) => latitude);
  const longitudes = points.map(({ longitude }) => longitude);
  const middle = { latitude: mean(latitudes), longitude: mean(longitudes) };
  const squeeze = Math.cos((middle.latitude * Math.PI) / 180);
  const across = Math.max(span(longitudes) * squeeze, SPAN_MIN);
  const upwards = Math.max(span(latitudes), SPAN_MIN);
  const scale = Math.min((WIDTH - 2 * MARGIN) / across, (HEIGHT_MAX - 2 * MARGIN) / upwards);
  const height = Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, upwards * scale + 2 * MARGIN));
  return {
    height,
    scale,
    x: (longitude) => WIDTH / 2 + (longitude - middle.longitude) * squeeze * scale,
    y: (latitude) => height / 2 - (latitude - middle.latitude) * scale,
    longitudes: [middle.longitude - WIDTH / 2 / scale / squeeze, middle.longitude + WIDTH / 2 / scale / squeeze],
    latitudes: [middle.latitude - height / 2 / scale, middle.latitude + height / 2 / scale],
  };
}

const mean = (values) => (Math.min(...values) + Math.max(...values)) / 2;
const span = (values) => Math.max(...values) - Math.min(...values);

function ticks([from, until]) {
  const step = STEPS.find((each) => (until - from) / each <= 8) ?? STEPS.at(-1);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) found.push(Number(at.toFixed(6)));
  return found;
}

const degrees = (value, [plus, minus]) => `${number(Math.abs(value))}° ${value === 0 ? "" : value > 0 ? plus : minus}`;

export function DecisionMap({ shipTo, warehouses, decision }) {
  const known = shipTo.latitude !== null && shipTo.longitude !== null;
  const chosen = new Map(decision.shipments.map((shipment) => [shipment.warehouse, shipment]));
  const considered = new Set([...decision.candidates.flatMap((candidate) => candidate.warehouses), ...chosen.keys()]);
  const shown = warehouses.filter(({ code }) => considered.has(code));
  if (!known || !shown.length) return null;
  const on = projection([shipTo, ...shown]);
  const label = t("order.mapLabel", { city: shipTo.city, warehouses: decision.shipments.map(({ warehouse }) => nameOf(shown, warehouse)).join(", ") || "–" });
  return html`
    <svg class="map" viewBox=${`0 0 ${WIDTH} ${on.height}`} role="img" aria-label=${label}>
      <${Land} on=${on} />
      <${Grid} on=${on} />
      ${shown.map((warehouse) => html`<${Way} key=${warehouse.code} on=${on} from=${warehouse} to=${shipTo} shipment=${chosen.get(warehouse.code)} />`)}
      ${shown.map((warehouse) => html`<${Place} key=${warehouse.code} on=${on} at=${warehouse} name=${warehouse.name} beside=${shipTo} kind=${chosen.has(warehouse.code) ? "chosen" : "other"} />`)}
      <${Place} on=${on} at=${shipTo} name=${shipTo.city} kind="destination" />
      <${Scale} on=${on} />
    </svg>
  `;
}

const nameOf = (warehouses, code) => warehouses.find((warehouse) => warehouse.code === code)?.name ?? code;

/** Countries that reach into the picture; they come once the map is there. */
function Land({ on }) {
  const [countries, setCountries] = useState([]);
  useEffect(() => void import("world-atlas").then((atlas) => setCountries(atlas.countries)), []);
  const rings = countries.flatMap(({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)).map(([outer]) => outer);
  const path = rings.filter((ring) => reaches(ring, on)).map((ring) => `M${ring.map(([x, y]) => `${on.x(x).toFixed(1)} ${on.y(y).toFixed(1)}`).join("L")}Z`);
  return html`<path class="land" d=${path.join("")} />`;
}

function reaches(ring, { longitudes: [west, east], latitudes: [south, north] }) {
  const [x, y] = [ring.map((point) => point[0]), ring.map((point) => point[1])];
  return Math.min(...x) < east && Math.max(...x) > west && Math.min(...y) < north && Math.max(...y) > south;
}

const Grid = ({ on }) => html`
  <g class="grid" aria-hidden="true">
    ${ticks(on.longitudes).map((at) => html`<line key=${`x${at}`} x1=${on.x(at)} x2=${on.x(at)} y1="0" y2=${on.height} /><text x=${on.x(at) + 3} y="11">${degrees(at, ["E", "W"])}</text>`)}
    ${ticks(on.latitudes).map((at) => html`<line key=${`y${at}`} y1=${on.y(at)} y2=${on.y(at)} x1="0" x2=${WIDTH} /><text x="3" y=${on.y(at) - 3}>${degrees(at, ["N", "S"])}</text>`)}
  </g>
`;

function Way({ on, from, to, shipment }) {
  const [x1, y1, x2, y2] = [on.x(from.longitude), on.y(from.latitude), on.x(to.longitude), on.y(to.latitude)];
  return html`
    <line class=${shipment ? "way chosen" : "way"} x1=${x1} y1=${y1} x2=${x2} y2=${y2} />
    ${shipment?.distanceKm && Math.hypot(x2 - x1, y2 - y1) > KM_FROM && html`<text class="km" x=${x1 + (x2 - x1) * KM_AT} y=${y1 + (y2 - y1) * KM_AT - 6} text-anchor="middle">${unit(shipment.distanceKm, "kilometer")}</text>`}
  `;
}

/** `beside` is another place, whose name stands to its right: where that is close, this one's stands to the left. */
function Place({ on, at, name, kind, beside }) {
  const [x, y] = [on.x(at.longitude), on.y(at.latitude)];
  const close = beside && Math.abs(on.x(beside.longitude) - x) < NAME_WIDE && Math.abs(on.y(beside.latitude) - y) < NAME_HIGH;
  const side = close || x > WIDTH * 0.8 ? { x: x - 9, "text-anchor": "end" } : { x: x + 9 };
  const mark = kind === "destination" ? html`<circle cx=${x} cy=${y} r="6" />` : html`<rect x=${x - 4.5} y=${y - 4.5} width="9" height="9" rx="1.5" />`;
  return html`<g class="place" data-kind=${kind}>${mark}<text ...${side} y=${y + (kind === "destination" ? 16 : 4)}>${name}</text></g>`;
}

function Scale({ on }) {
  const km = SCALES_KM.findLast((each) => (each / KM_PER_DEGREE) * on.scale <= WIDTH / 5) ?? SCALES_KM[0];
  const length = (km / KM_PER_DEGREE) * on.scale;
  const [x, y] = [WIDTH - 14 - length, on.height - 12];
  return html`<g class="scale" aria-hidden="true"><path d=${`M${x} ${y - 4}v4h${length}v-4`} /><text x=${x + length / 2} y=${y - 6} text-anchor="middle">${unit(km, "kilometer")}</text></g>`;
}
