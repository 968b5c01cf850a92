import { draft } from "../shared/draft";
import { island } from "../shared/islands";
import { photoUpload } from "../shared/media/photos";
import { audioRecorder } from "../shared/media/recorder";
import { startPage } from "../shared/start";
import { keep, keptList } from "./keep";
import "../shared/css/report.css";
import "./pages.css";

island("map", async (root) => (await import("../shared/map/island")).mapIsland(root));
island("place-picker", async (root) => (await import("../shared/map/place")).placePicker(root));
island("photo-upload", photoUpload);
island("audio-recorder", audioRecorder);
island("draft", draft);
island("keep", keep);
island("kept", keptList);
startPage();
