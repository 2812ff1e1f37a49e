namespace Pos.Tests.EndToEnd;

/// <summary>
/// The backend that the shared system of the end-to-end tests runs on: <c>POS_TEST_BACKEND</c>, by default the embedded
/// one; for <c>localstack</c> an endpoint that runs already is <c>POS_TEST_ENDPOINT</c>. Tests that kill parts of the
/// embedded backend have that in any case.
/// </summary>
internal static class TestBackend
{
    /// <summary>As <c>--Key=value</c>.</summary>
    public static string[] Settings =>
        [
            .. Setting("Pos:Backend", "POS_TEST_BACKEND"),
            .. Setting("Pos:LocalStack:Url", "POS_TEST_ENDPOINT"),
            "--Pos:LocalStack:Lifetime=Session",
        ]; // nobody finds a test's container again

    private static string[] Setting(string key, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? [$"--{key}={value}"] : [];
}
