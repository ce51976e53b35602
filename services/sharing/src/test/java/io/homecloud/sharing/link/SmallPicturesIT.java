package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The small pictures of a list, as guests get them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class SmallPicturesIT {
  private static byte[] jpeg() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(1200, 800, BufferedImage.TYPE_INT_RGB), "jpeg", bytes);
    return bytes.toByteArray();
  }

  @Test
  void aListShowsThemAlsoOfLargeFilesAndKeepsThemWithTheLink() throws IOException {
    // Given
    Path album = Files.createDirectories(Guests.photos().resolve("album"));
    Files.write(album.resolve("large.jpg"), Arrays.copyOf(jpeg(), 6 << 20));
    Files.writeString(album.resolve("no-picture.jpg"), "a picture");
    Files.write(album.resolve("large-and-none.png"), new byte[5 << 20]);
    Files.writeString(album.resolve("notes.txt"), "notes");
    String link = link("album", "{'share':'photos','paths':['album'],'mode':'view'}");
    String at = link + "/f/album/";

    // When
    Response small = guest().get(at + "large.jpg?small");

    // Then
    guest().get(link).then().body(containsString("large.jpg?small"), not(containsString("?raw")));
    small
        .then()
        .statusCode(200)
        .contentType("image/jpeg")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", containsString("sandbox"))
        .header("Cache-Control", "private, no-cache");
    byte[] bytes = small.asByteArray();
    assertThat(bytes).hasSizeLessThan(8 << 10);
    assertThat(ImageIO.read(new ByteArrayInputStream(bytes)).getWidth()).isEqualTo(192);
    String tag = small.header("ETag");
    assertThat(guest().header("If-None-Match", tag).get(at + "large.jpg?small").statusCode())
        .isEqualTo(304);
    // What cannot be made smaller is shown as it is, or not at all
    guest()
        .get(at + "no-picture.jpg?small")
        .then()
        .statusCode(303)
        .header("Location", containsString("/f/album/no-picture.jpg?raw"));
    for (String none :
        new String[] {"large-and-none.png", "notes.txt", "absent.jpg", "../secret.jpg"}) {
      guest().get(at + none + "?small").then().statusCode(404);
    }

    // When: it is another one, which its name does not tell
    Files.write(album.resolve("large.jpg"), Arrays.copyOf(jpeg(), 7 << 20));

    // Then
    assertThat(guest().header("If-None-Match", tag).get(at + "large.jpg?small").statusCode())
        .isEqualTo(200);
  }
}
