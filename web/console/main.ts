import "./desk.css";
import { startDesk } from "./desk";
import { startKeys } from "../shared/keys";
import { island } from "../shared/islands";
import { live } from "../shared/live";
import { draft } from "../shared/draft";
import { startPage } from "../shared/start";
import { zoomList } from "./zoomlist";

island("map", async (root) => (await import("../shared/map/island")).mapIsland(root));
island("place-picker", async (root) => (await import("../shared/map/place")).placePicker(root));
island("photo-upload", async (root) => (await import("../shared/media/photos")).photoUpload(root));
island("audio-recorder", async (root) => (await import("../shared/media/recorder")).audioRecorder(root));
island("draft", draft);
island("live", live);
island("zoom-list", zoomList);
startKeys();
startDesk();
startPage();
