package io.homecloud.backup.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.testkit.bench.App;
import java.nio.file.Path;
import java.util.Set;

/** Homecloud's plans, asked over HTTP as people do. */
final class Ours {
  private static final String API = "/api/backup/v1/";
  private static final Set<String> ENDED = Set.of("Completed", "Failed", "Cancelled");

  private final App app;
  private int restores;

  Ours(App app) {
    this.app = app;
  }

  /** A plan of that name with a repository on an empty disk. */
  void plan(String name, String volume, Path disk) throws Exception {
    plan(name, volume, "rsync", disk, "");
  }

  /** The same by duplicity, as anybody may read it. */
  void duplicityPlan(String name, String volume, Path disk) throws Exception {
    plan(name, volume, "duplicity", disk, ",'encryption':{'mode':'none'}");
  }

  private void plan(String name, String volume, String engine, Path disk, String more)
      throws Exception {
    String url = disk.resolve("copies").toUri().toString().replaceAll("/$", "");
    JsonNode _ =
        app.made(
            API + "repositories",
            name,
            "{'engine':'%s','url':'%s'%s}".formatted(engine, url, more));
    JsonNode _ =
        app.made(
            API + "plans",
            name,
            "{'repository':'%s','sources':[{'volume':'%s'}]}".formatted(name, volume));
  }

  /** A copy that is complete and on the disk when this returns. */
  JsonNode copy(String plan) throws Exception {
    JsonNode run = app.post(API + "plans/" + plan + "/run?wait=60s", "");
    return ended("runs", run);
  }

  /** Brings everything back into a new volume; where that is. */
  Path restoreAll(String run) throws Exception {
    String volume = "back-" + ++restores;
    JsonNode _ =
        restored(
            "{'run':'%s','target':{'newVolume':{'name':'%s','pool':'home'}}}"
                .formatted(run, volume));
    return Path.of(app.get("volumes/" + volume).path("status").path("mountPath").asText());
  }

  /** Brings one file of a volume back beside it. */
  void restoreOne(String run, String volume, String file) throws Exception {
    JsonNode _ =
        restored(
            "{'run':'%s','paths':['%s/%s'],'target':{'volume':'%s','path':'back-%d'}}"
                .formatted(run, volume, file, volume, ++restores));
  }

  private JsonNode restored(String spec) throws Exception {
    return ended(
        "restores",
        app.post(
            API + "restores?wait=60s",
            "{'metadata':{'name':'restore-%d'},'spec':%s}".formatted(restores, spec)));
  }

  private JsonNode ended(String kind, JsonNode made) throws Exception {
    JsonNode now = made;
    while (!ENDED.contains(now.path("status").path("state").asText())) {
      Thread.sleep(20);
      now = app.get(API + kind + "/" + made.path("metadata").path("name").asText());
    }
    if (!now.path("status").path("state").asText().equals("Completed")) {
      throw new AssertionError(now.toString());
    }
    return now;
  }
}
