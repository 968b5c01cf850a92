import { startPage } from "../shared/start";

startPage();
