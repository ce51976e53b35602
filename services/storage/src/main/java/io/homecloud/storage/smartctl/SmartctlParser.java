package io.homecloud.storage.smartctl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.storage.disk.Health;
import io.homecloud.storage.disk.Health.Verdict;
import io.homecloud.storage.disk.HealthReading;
import io.homecloud.storage.disk.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Reads {@code smartctl --json -a}, format 1.0, of ATA, SCSI and NVMe disks. */
final class SmartctlParser {
  static final int ASLEEP = 3;

  private static final int OPEN_FAILED = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** ATA attributes by number; vendors agree on these. */
  private static final int REALLOCATED = 5;

  private static final int PENDING = 197;
  private static final int UNCORRECTABLE = 198;

  /** Attributes whose normalised value counts down from 100 as flash wears, whoever made it. */
  private static final Set<Integer> LIFE_LEFT = Set.of(177, 202, 231, 233);

  private static final int NVME_SPARE = 0x01;
  private static final int NVME_RELIABILITY = 0x04;
  private static final int NVME_READ_ONLY = 0x08;

  private SmartctlParser() {}

  static SmartctlAnswer parse(int exitCode, String output) {
    JsonNode root;
    try {
      root = JSON.readTree(output);
    } catch (JsonProcessingException e) {
      return SmartctlAnswer.of(new HealthReading.Unreadable("smartctl's answer is no JSON"));
    }
    String message = message(root);
    if (exitCode == ASLEEP) {
      return SmartctlAnswer.of(new HealthReading.Asleep());
    }
    if (root.path("smart_status").path("passed").isBoolean()) {
      return SmartctlAnswer.of(new HealthReading.Reported(health(root)));
    }
    if ((exitCode & OPEN_FAILED) != 0) {
      return SmartctlAnswer.of(new HealthReading.Unreadable(message));
    }
    return new SmartctlAnswer(
        new HealthReading.Unsupported(message), message.contains("Unknown USB bridge"));
  }

  private static String message(JsonNode root) {
    for (JsonNode message : root.path("smartctl").path("messages")) {
      String text = Printable.of(message.path("string").asText());
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "the disk does not report its health";
  }

  private static Health health(JsonNode root) {
    JsonNode nvme = root.path("nvme_smart_health_information_log");
    OptionalLong reallocated =
        first(raw(root, REALLOCATED), number(root.path("scsi_grown_defect_list")));
    OptionalLong pending = raw(root, PENDING);
    OptionalLong uncorrectable =
        first(
            raw(root, UNCORRECTABLE),
            number(nvme.path("media_errors")),
            number(
                root.path("scsi_error_counter_log").path("read").path("total_uncorrected_errors")));
    OptionalLong wear =
        first(
            number(root.path("endurance_used").path("current_percent")),
            number(nvme.path("percentage_used")),
            number(root.path("scsi_percentage_used_endurance_indicator")),
            ataWear(root));
    List<String> failing = failing(root, nvme);
    List<String> suspect = new ArrayList<>();
    some(suspect, reallocated, " sectors were replaced by spare ones");
    some(suspect, pending, " sectors cannot be read");
    some(suspect, uncorrectable, " sectors or reads were lost for good");
    if (wear.orElse(0) >= 100) {
      suspect.add("its flash is worn out by its own count (" + wear.getAsLong() + " %)");
    }
    Verdict verdict =
        !failing.isEmpty()
            ? Verdict.FAILING
            : suspect.isEmpty() ? Verdict.HEALTHY : Verdict.SUSPECT;
    failing.addAll(suspect);
    return new Health(
        verdict,
        failing,
        reallocated,
        pending,
        uncorrectable,
        number(root.path("temperature").path("current")),
        number(root.path("power_on_time").path("hours")),
        wear);
  }

  private static List<String> failing(JsonNode root, JsonNode nvme) {
    List<String> reasons = new ArrayList<>();
    if (!root.path("smart_status").path("passed").asBoolean()) {
      reasons.add("the disk itself expects to fail");
    }
    for (JsonNode attribute : root.path("ata_smart_attributes").path("table")) {
      if (attribute.path("when_failed").asText().equals("now")
          && attribute.path("flags").path("prefailure").asBoolean()) {
        reasons.add(Printable.of(attribute.path("name").asText()) + " is below its threshold");
      }
    }
    int warning = nvme.path("critical_warning").asInt();
    bit(reasons, warning, NVME_SPARE, "its spare flash is nearly used up");
    bit(reasons, warning, NVME_RELIABILITY, "it has lost reliability by errors");
    bit(reasons, warning, NVME_READ_ONLY, "it has become read-only");
    return reasons;
  }

  private static void bit(List<String> reasons, int warning, int bit, String reason) {
    if ((warning & bit) != 0) {
      reasons.add(reason);
    }
  }

  private static void some(List<String> reasons, OptionalLong count, String what) {
    if (count.orElse(0) > 0) {
      reasons.add(count.getAsLong() + what);
    }
  }

  private static OptionalLong raw(JsonNode root, int id) {
    for (JsonNode attribute : root.path("ata_smart_attributes").path("table")) {
      if (attribute.path("id").asInt() == id) {
        return number(attribute.path("raw").path("value"));
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong ataWear(JsonNode root) {
    // Of turning disks these numbers mean other things.
    if (root.path("rotation_rate").asInt() == 0) {
      for (JsonNode attribute : root.path("ata_smart_attributes").path("table")) {
        OptionalLong left = number(attribute.path("value"));
        if (LIFE_LEFT.contains(attribute.path("id").asInt()) && left.orElse(101) <= 100) {
          return OptionalLong.of(100 - left.getAsLong());
        }
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong first(OptionalLong... candidates) {
    for (OptionalLong candidate : candidates) {
      if (candidate.isPresent()) {
        return candidate;
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong number(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() && node.asLong() >= 0
        ? OptionalLong.of(node.asLong())
        : OptionalLong.empty();
  }
}
