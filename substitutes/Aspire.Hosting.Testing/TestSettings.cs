using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// How an application differs when a test runs it: random ports, logs to the application's log, its own launch
/// profile's environment.
/// </summary>
internal static class TestSettings
{
    public static void Apply(
        DistributedApplicationOptions options,
        HostApplicationBuilderSettings settings,
        string[] args,
        Assembly? appHost,
        Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure
    )
    {
        // Main has them too, and passes them on or not.
        if (!(settings.Args ?? []).SequenceEqual(args))
            settings.Args = [.. settings.Args ?? [], .. args];
        options.Args = settings.Args;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        options.AssemblyName ??= appHost?.GetName().Name;
        settings.ApplicationName ??= options.AssemblyName;

        // What the caller configures comes later, and so wins.
        var defaults = new Dictionary<string, string?> { ["DcpPublisher:RandomizePorts"] = "true" };
        foreach (var (name, value) in LaunchProfileVariables(appHost))
        {
            defaults[name] = value;
            // As the host reads them: DOTNET_ENVIRONMENT is its "ENVIRONMENT".
            if (name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase))
                defaults[name["DOTNET_".Length..]] = value;
        }

        var configured = settings.Configuration;
        settings.Configuration = new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection(defaults);
        if (configured is not null)
            settings.Configuration.AddConfiguration(configured);
        configure(options, settings);
    }

    private static IReadOnlyDictionary<string, string> LaunchProfileVariables(Assembly? appHost)
    {
        var folder = appHost
            ?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "AppHostProjectPath")
            ?.Value;
        return (
            folder is null ? null : LaunchProfile.Choose(LaunchProfile.Read(folder), asked: null, appHostDefault: null)
        )?.EnvironmentVariables
            ?? new Dictionary<string, string>();
    }
}
