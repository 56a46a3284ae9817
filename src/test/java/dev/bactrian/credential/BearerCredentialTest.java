package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BearerCredentialTest {
  @Test
  void aKeyIsSentAndNoneIsNot() {
    assertThat(Signed.by(new BearerCredential(" k ")).authorization()).isEqualTo("Bearer k");
    assertThat(Signed.by(new BearerCredential("")).request().headers()).isEmpty();
  }
}
