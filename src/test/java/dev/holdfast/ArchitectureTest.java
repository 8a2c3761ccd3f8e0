package dev.holdfast;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.bePackagePrivate;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.holdfast.console.OwnForm;
import dev.holdfast.platform.Retried;
import dev.holdfast.platform.Rounds;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.persistence.Entity;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rooms of the house and who may enter whose, in sentences. */
class ArchitectureTest {

  private static final String ROOT = "dev.holdfast.";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.holdfast");

  /** Room by room, from the ground up: what it may use beside itself. */
  private static final Map<String, List<String>> MAY_USE = rooms();

  private static Map<String, List<String>> rooms() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    table.put("platform", List.of());
    table.put("evaluation", List.of());
    // Any room may name the roles of its routes and record in the audit: docs/adr/0006.
    table.put("access", List.of("platform"));
    table.put("event", List.of("platform", "access"));
    table.put("customer", List.of("platform", "access", "event"));
    table.put("activity", List.of("event"));
    table.put("calendar", List.of("platform", "access", "activity"));
    table.put("model", List.of("platform", "access", "activity", "calendar"));
    table.put(
        "scoring",
        List.of("platform", "access", "event", "customer", "activity", "calendar", "model"));
    table.put(
        "campaign",
        List.of(
            "platform", "access", "event", "customer", "activity", "calendar", "model", "scoring"));
    table.put("desk", List.of("platform", "access", "event", "customer", "scoring", "campaign"));
    table.put("delivery", List.of("platform", "access", "customer", "campaign", "desk"));
    table.put(
        "effect",
        List.of("platform", "access", "event", "customer", "activity", "evaluation", "campaign"));
    table.put("feedback", List.of("platform", "access", "event", "customer", "model"));
    table.put(
        "warning",
        List.of("platform", "access", "event", "customer", "activity", "calendar", "campaign"));
    table.put(
        "monitoring",
        List.of(
            "platform",
            "access",
            "event",
            "customer",
            "activity",
            "evaluation",
            "model",
            "scoring",
            "campaign"));
    table.put("stream", allOf(table));
    table.put("console", allOf(table));
    table.put(
        "training",
        List.of(
            "platform",
            "access",
            "event",
            "customer",
            "activity",
            "calendar",
            "evaluation",
            "model",
            "campaign",
            "effect"));
    List<String> allButConsole = allOf(table);
    allButConsole.remove("console");
    table.put("simulation", allButConsole);
    table.put("cli", allOf(table));
    return table;
  }

  private static List<String> allOf(Map<String, List<String>> table) {
    return new ArrayList<>(table.keySet());
  }

  @Test
  void everyPackageIsARoomOfTheTable() {
    Set<String> rooms = MAY_USE.keySet();

    assertThat(CODE.stream().map(JavaClass::getPackageName).distinct())
        .as("a new package belongs into the table of docs/architecture.md and of this test")
        .allSatisfy(
            name -> {
              // The root holds nothing but what the framework generates.
              if (!name.equals("dev.holdfast")) {
                assertThat(rooms).contains(name.substring(ROOT.length()).split("\\.", -1)[0]);
              }
            });
  }

  @TestFactory
  Stream<DynamicTest> eachRoomUsesOnlyWhatTheTableAllows() {
    return MAY_USE.entrySet().stream()
        .map(
            room ->
                DynamicTest.dynamicTest(
                    room.getKey() + " may use " + room.getValue(),
                    () -> mayUse(room.getKey(), room.getValue()).check(CODE)));
  }

  private static ArchRule mayUse(String room, List<String> others) {
    String[] allowed =
        Stream.concat(Stream.of(room), others.stream())
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);
    DescribedPredicate<JavaClass> ours = resideInAPackage("dev.holdfast..");
    return noClasses()
        .that()
        .resideInAPackage(ROOT + room + "..")
        .should()
        .dependOnClassesThat(ours.and(not(resideInAnyPackage(allowed))))
        .because("the arrows of the house point up only, so that a lower room is read alone")
        .allowEmptyShould(isEmptyYet(room));
  }

  @Test
  void noRoomOfTheTableUsesOneAboveIt() {
    Set<String> below = new HashSet<>();
    MAY_USE.forEach(
        (room, used) -> {
          assertThat(below)
              .as("%s uses rooms below it only: a cycle of rooms is one large room", room)
              .containsAll(used);
          below.add(room);
        });
  }

  @Test
  void stateAndMetricsArePureJava() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.holdfast.activity..", "dev.holdfast.evaluation..")
        .should()
        .dependOnClassesThat(areFrameworks())
        .because("training and serving must compute the same, and tests need no container")
        .allowEmptyShould(isEmptyYet("activity") && isEmptyYet("evaluation"))
        .check(CODE);
  }

  @Test
  void theEstimatorsOfEffectsArePureJava() {
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast.effect")
        .should()
        .dependOnClassesThat(areFrameworks().or(resideInAPackage("dev.holdfast.effect.report..")))
        .because("studies with known truth run the very code that reports campaigns")
        .check(CODE);
  }

  @Test
  void theSimulationIsPureJava() {
    noClasses()
        .that()
        .resideInAPackage("dev.holdfast.simulation..")
        .should()
        .dependOnClassesThat(areFrameworks())
        .because("a population with known truth must not depend on what it is to judge")
        .check(CODE);
  }

  @Test
  void onlyTrainingKnowsTheLearningLibraries() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.training..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.tribuo..", "com.oracle.labs.mlrg..", "ml.dmlc..")
        .because("serving has neither native code nor foreign model files in its path")
        .check(CODE);
  }

  @Test
  void onlyTheEmbeddedPartsKnowTheBroker() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.platform.embedded..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.kafka..", "kafka..", "scala..", "ch.vorburger..")
                .and(
                    not(
                        resideInAnyPackage(
                            "org.apache.kafka.clients..", "org.apache.kafka.common.."))))
        .because("the production image has the Kafka client and no broker")
        .check(CODE);
  }

  @Test
  void theServiceNeverDependsOnTrainingOrSimulation() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.holdfast.training..", "dev.holdfast.simulation..", "dev.holdfast.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.holdfast.training..", "dev.holdfast.simulation..")
        .because("one jar holds both, and only the commands and injection bring them together")
        .check(CODE);
  }

  @Test
  void nothingDependsOnTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.holdfast.cli..")
        .because("a command is one of several callers of a room")
        .check(CODE);
  }

  @Test
  void nobodyReadsTheMachineClockOutsideThePlatform() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.holdfast.platform..")
        .should()
        .accessTargetWhere(readsTheMachineClock())
        .because("business time may be fixed or accelerated, and every replica must agree on it")
        .check(CODE);
  }

  @Test
  void entitiesDoNotLeaveTheirPackage() {
    classes()
        .that()
        .areAnnotatedWith(Entity.class)
        .should(bePackagePrivate())
        .because("a table is its room's own affair; others get records")
        // The batch path is plain JDBC; there may be no entity at all.
        .allowEmptyShould(true)
        .check(CODE);
  }

  @Test
  void everyRouteNamesWhoMayEnter() {
    methods()
        .that(areRoutes())
        .should(beAnnotatedOnMethodOrClass())
        .because("a route without a role is a route that nobody decided about")
        .check(CODE);
  }

  @Test
  void everyRouteThatWritesGivesWayWithoutAWord() {
    methods()
        .that(areRoutes())
        .and()
        .areNotAnnotatedWith(GET.class)
        .and()
        // These write nothing to the database.
        .areDeclaredInClassesThat()
        .haveSimpleNameNotStartingWith("Risk")
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveSimpleName("EventsResource")
        .and()
        // These have a transaction for each call in a report, and each begins anew by itself.
        .areDeclaredInClassesThat()
        .doNotHaveSimpleName("ReportedOutcomesResource")
        .and()
        .areDeclaredInClassesThat()
        .doNotHaveSimpleName("RouteResource")
        .should()
        .beDeclaredInClassesThat()
        .areAnnotatedWith(Retried.class)
        .because("a deadlock is nobody's mistake, and no caller's business")
        .check(CODE);
  }

  @Test
  void everyFormOfThePagesMustBeOfOurOwn() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.holdfast.console..")
        .and()
        .areAnnotatedWith(POST.class)
        .should()
        .beAnnotatedWith(OwnForm.class)
        .because("a page of another site must not make a browser send it")
        .check(CODE);
  }

  @Test
  void everyRoundEndsBeforeTheServiceDoes() {
    methods()
        .that()
        .areAnnotatedWith(Scheduled.class)
        .or()
        .areAnnotatedWith(Scheduled.Schedules.class)
        .should(goByRounds())
        .because("a stop waits for rounds, and takes the database from under anything else")
        .check(CODE);
  }

  private static boolean isEmptyYet(String room) {
    return CODE.stream().noneMatch(resideInAPackage(ROOT + room + ".."));
  }

  private static DescribedPredicate<JavaClass> areFrameworks() {
    // Annotations of JSpecify and of Jackson on records are allowed: they carry no behaviour.
    return resideInAnyPackage(
            "io..",
            "jakarta..",
            "javax.sql..",
            "java.sql..",
            "org.eclipse.microprofile..",
            "org.hibernate..",
            "org.apache..",
            "org.tribuo..",
            "ml.dmlc..",
            "picocli..",
            "com.fasterxml.jackson.databind..")
        .as("frameworks");
  }

  private static DescribedPredicate<JavaAccess<?>> readsTheMachineClock() {
    Set<Class<?>> now =
        Set.of(
            Instant.class,
            LocalDate.class,
            LocalDateTime.class,
            LocalTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class,
            Year.class,
            YearMonth.class);
    return new DescribedPredicate<>("reads the machine clock") {
      @Override
      public boolean test(JavaAccess<?> call) {
        JavaClass owner = call.getTargetOwner();
        String name = call.getName();
        return (now.stream().anyMatch(owner::isEquivalentTo) && name.equals("now"))
            || (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
            || (owner.isEquivalentTo(Clock.class)
                && (name.startsWith("system") || name.startsWith("tick")))
            || (owner.isEquivalentTo(Calendar.class) && name.equals("getInstance"))
            || (owner.isEquivalentTo(Date.class)
                && name.equals("<init>")
                && call.getTarget() instanceof CodeUnitAccessTarget constructor
                && constructor.getParameterTypes().isEmpty());
      }
    };
  }

  private static DescribedPredicate<JavaMethod> areRoutes() {
    return new DescribedPredicate<>("are routes") {
      @Override
      public boolean test(JavaMethod method) {
        return method.getAnnotations().stream()
            .anyMatch(each -> each.getRawType().isAnnotatedWith(HttpMethod.class));
      }
    };
  }

  private static ArchCondition<JavaMethod> beAnnotatedOnMethodOrClass() {
    return new ArchCondition<>("be annotated with @RolesAllowed or @PermitAll, or their class be") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean decided = namesWhoMayEnter(method) || namesWhoMayEnter(method.getOwner());
        events.add(
            new SimpleConditionEvent(
                method,
                decided,
                method.getFullName() + (decided ? " names" : " does not name") + " its roles"));
      }
    };
  }

  private static ArchCondition<JavaMethod> goByRounds() {
    return new ArchCondition<>("go by Rounds") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean goes =
            method.getMethodCallsFromSelf().stream()
                .anyMatch(
                    call ->
                        call.getTargetOwner().isEquivalentTo(Rounds.class)
                            && call.getName().equals("round"));
        events.add(
            new SimpleConditionEvent(
                method, goes, method.getFullName() + (goes ? " goes" : " does not go") + " by it"));
      }
    };
  }

  private static boolean namesWhoMayEnter(CanBeAnnotated item) {
    return item.isAnnotatedWith(RolesAllowed.class) || item.isAnnotatedWith(PermitAll.class);
  }
}
