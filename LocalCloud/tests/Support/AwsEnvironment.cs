using System.Runtime.CompilerServices;

namespace LocalCloud.Tests.Support;

/// <summary>
/// Credentials and region as every AWS client looks for them. No test reaches AWS: each gives its own endpoint.
/// </summary>
internal static class AwsEnvironment
{
    [ModuleInitializer]
    internal static void Set()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "test");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "test");
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", null);
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }
}
