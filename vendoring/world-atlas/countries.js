// The outlines of countries as GeoJSON: Natural Earth's, in the public domain, as world-atlas packs them.
import { feature } from "topojson-client";
import atlas from "world-atlas/countries-110m.json";

export const countries = feature(atlas, atlas.objects.countries).features;
