package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;

/** A Secret that nobody changes, made of what whoever comes first has. */
record FirstSecret(Api api, String name) {
  /**
   * What it holds, a base64 text for each name; whoever can change Secrets may have put anything
   * there.
   *
   * @param ours made when there is none yet
   * @throws ApiAway when nobody can say now
   * @throws ApiRefused as well
   */
  JsonNode data(Supplier<Map<String, byte[]>> ours) {
    String path = api.inNamespace("secrets") + "/" + name;
    return api.found(path).orElseGet(() -> made(path, ours.get())).path("data");
  }

  private ObjectNode made(String path, Map<String, byte[]> ours) {
    ObjectNode secret = api.newSecret(name).put("immutable", true);
    ObjectNode data = secret.putObject("data");
    ours.forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value)));
    try {
      return api.create(api.inNamespace("secrets"), secret);
    } catch (ApiRefused faster) {
      if (faster.code() != ApiRefused.CONFLICT) {
        throw faster;
      }
      return api.found(path).orElseThrow(() -> faster);
    }
  }
}
