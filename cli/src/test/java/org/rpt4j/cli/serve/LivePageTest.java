package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LivePageTest {

    private static Running server;
    private static HttpResponse<String> page;

    @BeforeAll
    static void load() throws Exception {
        server = new Running(ScriptedEngine.saying("b"));
        page = server.get("/");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String header(String name) {
        return page.headers().firstValue(name).orElse("");
    }

    private static String content(String element) {
        Matcher found = Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL)
                .matcher(page.body());
        assertThat(found.find()).isTrue();
        String content = found.group(1);
        assertThat(found.find()).isFalse();
        return content;
    }

    @Test
    void onlyItsOwnScriptAndStyleMayRun() throws Exception {
        String policy = header("Content-Security-Policy");

        assertThat(policy)
                .startsWith("default-src 'none'; ")
                .contains("connect-src 'self'")
                .doesNotContain("unsafe");
        assertThat(policy).contains("script-src " + hash(content("script")), "style-src " + hash(content("style")));
        assertThat(policy).contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'");
        assertThat(header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    }

    private static String hash(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
    }

    @Test
    void loadsNothing() {
        assertThat(page.body()).doesNotContain("src=", "href=", "http://", "https://", "@import", "url(");
    }

    @Test
    void writesWhatAModelSaysAsTextAlone() {
        assertThat(content("script"))
                .contains("createTextNode", "textContent")
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }

    @Test
    void keepsTheKeyInThePageAlone() {
        assertThat(content("script")).doesNotContain("localStorage", "sessionStorage", "cookie");
    }
}
