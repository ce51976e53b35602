package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.testkit.Eventually.within;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Storage as a process of its own, to which sharing, another one, tells who signed out. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = StorageHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class EndedSignInsIT {
  private static final UUID ACCOUNT = UUID.randomUUID();

  private static String token(UUID session) {
    long now = Instant.now().getEpochSecond();
    return TestTokens.signed(
        """
        {"iss":"homecloud","aud":"homecloud","sub":"%s","upn":"anna","groups":["administrator"],\
        "sid":"%s","iat":%d,"exp":%d}\
        """
            .formatted(ACCOUNT, session, now, now + 600));
  }

  private static int status(String token) {
    return given().auth().oauth2(token).get(API + "/pools").statusCode();
  }

  private static String ended(UUID session) {
    var data = JsonNodeFactory.instance.objectNode();
    data.put("uid", ACCOUNT.toString()).put("session", session.toString()).put("node", "other");
    return EventCodec.write(
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(SharingFact.SignInEnded.class),
            "/homecloud/sharing/other",
            ACCOUNT,
            1,
            Instant.now(),
            data));
  }

  @Test
  void tokensOfASignInThatEndedElsewhereAreRefused() throws Exception {
    // Given
    UUID session = UUID.randomUUID();
    String token = token(session);
    String stays = token(UUID.randomUUID());
    assertThat(status(token)).isEqualTo(200);
    // When
    try (KafkaProducer<String, String> sharing =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", TestKafka.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      sharing
          .send(new ProducerRecord<>("homecloud.sharing", ACCOUNT.toString(), ended(session)))
          .get();
    }
    // Then
    within(Duration.ofMinutes(2), () -> assertThat(status(token)).isEqualTo(401));
    assertThat(status(token(session))).isEqualTo(401);
    assertThat(status(stays)).isEqualTo(200);
  }
}
