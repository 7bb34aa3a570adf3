package org.rpt4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.RewardException;
import org.rpt4j.api.error.RewardVerifierNotFoundException;

class RewardVerifiersTest {

    private static final RewardVerifier GENEROUS = attempt -> new Verdict.Scored(1, RewardReason.CUSTOM);
    private static final List<RewardVerifierContext> CONTEXTS = new ArrayList<>();

    @TempDir
    Path directory;

    public static class Generous implements RewardVerifierProvider {
        @Override
        public String name() {
            return "generous";
        }

        @Override
        public int apiVersion() {
            return API_VERSION;
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            CONTEXTS.add(context);
            return GENEROUS;
        }
    }

    public static final class Imitator extends Generous {}

    public static final class Outdated extends Generous {
        @Override
        public int apiVersion() {
            return API_VERSION + 1;
        }
    }

    public static final class Unavailable extends Generous {
        static final Throwable CAUSE = new UnsatisfiedLinkError("libjudge.so: cannot open");

        @Override
        public Availability availability() {
            return new Availability.Unavailable("libjudge is not installed. Install it.", CAUSE);
        }
    }

    /** As a provider that was compiled before there was a version: the JVM finds no such method. */
    public static final class Ancient extends Generous {
        @Override
        public int apiVersion() {
            throw new AbstractMethodError("apiVersion");
        }
    }

    public static final class Failing extends Generous {
        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            throw new IllegalArgumentException("the option \"strict\" is \"perhaps\", not yes or no");
        }
    }

    public static final class Particular extends Generous {
        static final CorpusException ERROR = new CorpusException("the judge's examples are missing");

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            throw ERROR;
        }
    }

    public static final class Choosy extends Generous {
        @Override
        public List<String> options() {
            return List.of("strict", "limit");
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            if (given.containsKey("limit")) {
                throw new IllegalStateException("the limits are gone");
            }
            if (!given.getOrDefault("strict", "no").matches("yes|no")) {
                throw new IllegalArgumentException("the option \"strict\" is \"perhaps\", not yes or no");
            }
        }
    }

    public static final class Empty extends Generous {
        @Override
        @SuppressWarnings("NullAway")
        public RewardVerifier create(RewardVerifierContext context) {
            return null;
        }
    }

    public static final class Exploding extends Generous {
        public Exploding() {
            throw new IllegalStateException("no judge today");
        }
    }

    private RewardVerifiers discover(Class<?>... providers) throws IOException {
        return RewardVerifiers.discover(Services.offering(directory, RewardVerifierProvider.class, providers));
    }

    @Test
    void aRewardIsFoundByName() throws IOException {
        ClassLoader loader = Services.offering(directory, RewardVerifierProvider.class, Generous.class);
        assertThat(Services.withContext(loader, RewardVerifiers::discover).names())
                .containsExactly("generous");
        assertThat(Services.withContext(loader, () -> RewardVerifiers.create("generous")))
                .isSameAs(GENEROUS);
    }

    @Test
    void unknownAndAmbiguousNamesAreRefused() throws IOException {
        ClassLoader loader = Services.offering(directory, RewardVerifierProvider.class, Generous.class, Imitator.class);
        assertThatThrownBy(() -> RewardVerifiers.create("prefix")).hasMessageContaining("Available: none.");
        assertThatThrownBy(() -> Services.withContext(loader, () -> RewardVerifiers.create("prefix")))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessage("No reward named \"prefix\". Available: generous. Add its jar to the class path.");
        assertThatThrownBy(() -> Services.withContext(loader, () -> RewardVerifiers.create("generous")))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessageContaining("Reward \"generous\" is claimed by [")
                .hasMessageContaining(Imitator.class.getName());
    }

    @Test
    void lookingMakesNoReward() throws IOException {
        CONTEXTS.clear();
        assertThat(discover(Generous.class).provider("generous")).isInstanceOf(Generous.class);
        assertThat(CONTEXTS).isEmpty();
    }

    @Test
    void aProviderOfAnotherSpiVersionIsRefused() throws IOException {
        assertThatThrownBy(() -> discover(Outdated.class).provider("generous"))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessage("Reward \"generous\" was built for SPI version 2, this is version 1. Use the same version"
                        + " of every rpt4j module.");
        assertThatThrownBy(() -> discover(Ancient.class).provider("generous"))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessageContaining("failed to tell the SPI version")
                .hasCauseInstanceOf(AbstractMethodError.class);
    }

    @Test
    void aRewardThatCannotRunHereSaysWhy() throws IOException {
        assertThatThrownBy(() -> discover(Unavailable.class).createVerifier("generous", RewardVerifierContext.empty()))
                .isInstanceOf(RewardVerifierNotFoundException.class)
                .hasMessageContaining("Reward \"generous\" is on the class path but unusable on ")
                .hasMessageEndingWith("libjudge is not installed. Install it.")
                .hasCause(Unavailable.CAUSE);
    }

    @Test
    void aProviderThatFailsIsNamedWithItsCause() throws IOException {
        assertThatThrownBy(() -> discover(Failing.class).createVerifier("generous", RewardVerifierContext.empty()))
                .isInstanceOf(RewardException.class)
                .hasMessage("Reward \"generous\" could not be created: the option \"strict\" is \"perhaps\", not yes or"
                        + " no")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> discover(Empty.class).createVerifier("generous", RewardVerifierContext.empty()))
                .isInstanceOf(RewardException.class)
                .hasMessageContaining(Empty.class.getName() + ".create returned null");
        assertThatThrownBy(() -> discover(Particular.class).createVerifier("generous", RewardVerifierContext.empty()))
                .isSameAs(Particular.ERROR);
    }

    @Test
    void aBrokenProviderHidesNoOtherAndItsCauseIsKept() throws IOException {
        RewardVerifiers rewards = discover(Exploding.class, Generous.class);
        assertThat(rewards.names()).containsExactly("generous");
        assertThat(rewards.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasRootCauseMessage("no judge today"));
        assertThatThrownBy(() -> rewards.provider("prefix"))
                .satisfies(e -> assertThat(List.of(e.getSuppressed())).isEqualTo(rewards.failures()));
    }

    @Test
    void theProviderGetsTheContextOfTheApplication() throws IOException {
        CONTEXTS.clear();
        RewardVerifierContext context = RewardVerifierContext.builder()
                .prompts(tokens -> new int[] {tokens.length})
                .option("strict", "no")
                .option("strict", "yes")
                .build();

        discover(Choosy.class).createVerifier("generous", context);

        assertThat(CONTEXTS).containsExactly(context);
        assertThat(context.options()).isEqualTo(Map.of("strict", "yes"));
        assertThat(context.prompt(new int[] {4, 5})).containsExactly(2);
        assertThatThrownBy(context::policy)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the context has no policy. Give it one with RewardVerifierContext.builder().policy(...).");
        assertThatThrownBy(context::tokenizer).hasMessageContaining("the context has no tokenizer.");
        assertThatThrownBy(() -> RewardVerifierContext.empty().prompt(new int[] {1}))
                .hasMessageContaining("the context has no prompts.");
    }

    @Test
    void anOptionThatARewardHasNotIsRefusedWithThoseThatItHas() throws IOException {
        CONTEXTS.clear();
        RewardVerifierContext context =
                RewardVerifierContext.builder().option("strikt", "yes").build();

        assertThatThrownBy(() -> discover(Choosy.class).createVerifier("generous", context))
                .isInstanceOf(RewardException.class)
                .hasMessage("Reward \"generous\" could not be created: reward \"generous\" has no option \"strikt\". It"
                        + " has: strict, limit. Remove or correct it.");
        assertThatThrownBy(() -> discover(Generous.class).createVerifier("generous", context))
                .hasMessageContaining("It has: none.");
        assertThat(CONTEXTS).isEmpty();
    }

    @Test
    void wrongValuesOfOptionsAreFoundWithoutCreatingTheReward() throws IOException {
        CONTEXTS.clear();
        RewardVerifiers rewards = discover(Choosy.class);
        rewards.checkOptions("generous", Map.of("strict", "yes"));
        assertThatThrownBy(() -> rewards.checkOptions("generous", Map.of("strict", "perhaps")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the option \"strict\" is \"perhaps\", not yes or no");
        assertThatThrownBy(() -> rewards.checkOptions("generous", Map.of("limit", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the limits are gone")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> rewards.checkOptions("generus", Map.of()))
                .isInstanceOf(RewardVerifierNotFoundException.class);
        assertThat(CONTEXTS).isEmpty();
    }
}
