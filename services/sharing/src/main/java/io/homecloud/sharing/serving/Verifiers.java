package io.homecloud.sharing.serving;

/**
 * What servers check a password with. A secret as good as the password itself, for SMB: it is
 * written only into files that root alone may read, and never shown.
 *
 * @param ntHash MD4 of the password in UTF-16LE, 32 hexadecimal digits (MS-NLMP, NTOWFv1)
 * @param crypt as crypt(3) writes it, for httpd's AuthUserFile
 */
public record Verifiers(String ntHash, String crypt) {
  @Override
  public String toString() {
    return "Verifiers[not shown]";
  }
}
