namespace Pos.Tests.EndToEnd;

/// <summary>
/// The backend of the shared system in end-to-end tests: <c>POS_TEST_BACKEND</c>, by default the embedded one. For
/// <c>localstack</c>, <c>POS_TEST_ENDPOINT</c> is the URL of a running server. Tests that kill parts of the embedded
/// backend always use it.
/// </summary>
internal static class TestBackend
{
    /// <summary>Settings of the AppHost, such as <c>--Key=value</c>.</summary>
    public static string[] Settings =>
        [
            .. Setting("Pos:Backend", "POS_TEST_BACKEND"),
            .. Setting("Pos:LocalStack:Url", "POS_TEST_ENDPOINT"),
            "--Pos:LocalStack:Lifetime=Session",
        ]; // Later runs do not use a test's container.

    private static string[] Setting(string key, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? [$"--{key}={value}"] : [];
}
