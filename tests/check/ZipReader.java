// SPDX-License-Identifier: MIT
// Lists a ZIP as java.util.zip.ZipInputStream reads it: name, bytes, CRC-32 of each entry.
import java.io.FileInputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

public class ZipReader {
    public static void main(String[] args) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new FileInputStream(args[0]))) {
            byte[] buffer = new byte[65536];
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null;) {
                CRC32 crc = new CRC32();
                long bytes = 0;
                for (int got; (got = zip.read(buffer)) > 0; bytes += got)
                    crc.update(buffer, 0, got);
                System.out.printf("%s %d %08x%n", entry.getName(), bytes, crc.getValue());
            }
        }
    }
}
