// node dcmjs.mjs PORT FILE...: C-ECHO, then a C-STORE for each file, by dcmjs-dimse. Prints the status of each.
import dimse from "dcmjs-dimse";

const [port, ...files] = process.argv.slice(2);
const { CEchoRequest, CStoreRequest } = dimse.requests;
dimse.log.setLevel("error", false);
const client = new dimse.Client();
for (const request of [new CEchoRequest(), ...files.map((file) => new CStoreRequest(file))]) {
  request.on("response", (response) => console.log(response.getStatus()));
  client.addRequest(request);
}
client.on("networkError", (error) => {
  console.error(error);
  process.exitCode = 1;
});
client.send("127.0.0.1", Number(port), "DCMJS", "NOCTIS", {
  asyncOps: { maxAsyncOpsInvoked: 5, maxAsyncOpsPerformed: 5 },
});
