package dev.bactrian.catalogue;

import java.util.HashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Where the entries of a catalogue stand, so that it can be said which one is wrong. */
public final class Places {
  private static final int DEPTH = 3;

  private final Map<String, String> known = new HashMap<>();

  /**
   * Notes the lines of an operator's file.
   *
   * @param file its plain name
   * @param path its whole name
   * @param yaml what is in it, which has been read before
   */
  public void note(String file, String path, String yaml) {
    new Compose(LoadSettings.builder().setCodePointLimit(1 << 26).build())
        .composeString(yaml)
        .ifPresent(root -> note(file, path, root, DEPTH));
  }

  private void note(String entry, String path, Node node, int depth) {
    if (depth == 0) {
      return;
    }
    if (node instanceof SequenceNode list) {
      for (int i = 0; i < list.getValue().size(); i++) {
        Node item = list.getValue().get(i);
        String place = entry + "[" + (i + 1) + "]";
        line(place, path, item);
        note(place, path, item, depth - 1);
      }
    }
    if (node instanceof MappingNode mapping) {
      for (NodeTuple member : mapping.getValue()) {
        if (member.getKeyNode() instanceof ScalarNode name) {
          String place = entry + ": " + name.getValue();
          line(place, path, name);
          note(place, path, member.getValueNode(), depth - 1);
        }
      }
    }
  }

  private void line(String place, String path, Node node) {
    node.getStartMark()
        .ifPresent(mark -> known.put(place, path + ":" + (mark.getLine() + 1) + ": "));
  }

  /** An entry in words, with file and line where an operator wrote it. */
  public String of(String file, String... entry) {
    String place = file + ": " + String.join(": ", entry);
    String line = known.get(place);
    return line == null ? place : line + String.join(": ", entry);
  }
}
