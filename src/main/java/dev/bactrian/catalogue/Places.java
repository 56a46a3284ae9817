package dev.bactrian.catalogue;

import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Where the entries of a catalogue stand, so that it can be said which one is wrong. */
final class Places {
  private static final int DEPTH = 2;

  private final Map<String, String> known = new HashMap<>();

  /**
   * Notes the lines of an operator's file.
   *
   * @param file its plain name
   * @param path its whole name
   * @param yaml what is in it, which has been read before
   */
  void note(String file, String path, String yaml) {
    new Compose(LoadSettings.builder().setCodePointLimit(1 << 26).build())
        .composeString(yaml)
        .ifPresent(root -> note(file, path, root, DEPTH));
  }

  private void note(String entry, String path, Node node, int depth) {
    if (depth == 0 || !(node instanceof MappingNode mapping)) {
      return;
    }
    for (NodeTuple member : mapping.getValue()) {
      if (member.getKeyNode() instanceof ScalarNode name) {
        String place = entry + ": " + name.getValue();
        name.getStartMark()
            .ifPresent(mark -> known.put(place, path + ":" + (mark.getLine() + 1) + ": "));
        note(place, path, member.getValueNode(), depth - 1);
      }
    }
  }

  /** An entry in words, with file and line where an operator wrote it. */
  String of(String file, String... entry) {
    String place = file + ": " + String.join(": ", entry);
    String line = known.get(place);
    return line == null ? place : line + String.join(": ", entry);
  }
}
