package dev.holdfast.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a JSON body, without the names of our classes. */
final class JsonProblem {

  private JsonProblem() {}

  static Problem of(JsonProcessingException e) {
    if (!(e instanceof JsonMappingException mapping)) {
      var at = e.getLocation();
      return Problem.badRequest(
          at == null
              ? "The body is not JSON."
              : "The body is not JSON at line "
                  + at.getLineNr()
                  + ", column "
                  + at.getColumnNr()
                  + ".");
    }
    String field = pointer(mapping);
    String message = message(mapping);
    return Problem.badRequest("The field " + (field.isEmpty() ? "/" : field) + " " + message + ".")
        .with("errors", List.of(Map.of("field", field, "message", message)));
  }

  /** RFC 6901. */
  private static String pointer(JsonMappingException e) {
    var pointer = new StringBuilder();
    for (var step : e.getPath()) {
      String name = step.getFieldName();
      pointer
          .append('/')
          .append(
              name == null
                  ? Integer.toString(step.getIndex())
                  : name.replace("~", "~0").replace("/", "~1"));
    }
    return pointer.toString();
  }

  private static String message(JsonMappingException e) {
    if (e instanceof UnrecognizedPropertyException) {
      return "is not known";
    }
    if (e instanceof InvalidFormatException format) {
      return "has the value \"" + shortened(format.getValue()) + "\", which is not of its type";
    }
    if (e.getCause() instanceof IllegalArgumentException rule) {
      // The message of a record that refused the value: a rule in our own words.
      return "is refused: " + shortened(rule.getMessage());
    }
    return "is missing or not of its type";
  }

  private static String shortened(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= 200 ? text : text.substring(0, 200) + "...";
  }
}
