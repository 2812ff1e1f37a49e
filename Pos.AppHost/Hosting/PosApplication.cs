using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Hosting;

internal static class PosApplication
{
    private static readonly Dictionary<string, string?> s_defaults = new()
    {
        // The same values as in the launch profile, for starts without it.
        ["ASPNETCORE_URLS"] = "http://localhost:15100",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        // Ctrl-C returns to the prompt once every process has ended.
        ["DcpPublisher:WaitForResourceCleanup"] = "true",
    };

    // The summary shows all addresses, and health checks fail while services start.
    private static readonly Dictionary<string, LogLevel> s_logLevels = new()
    {
        ["Aspire"] = LogLevel.Warning,
        ["Aspire.Hosting.Health"] = LogLevel.None,
        ["Microsoft"] = LogLevel.Warning,
        ["Microsoft.AspNetCore.DataProtection"] = LogLevel.Error,
        ["Microsoft.Extensions.Diagnostics.HealthChecks"] = LogLevel.None,
        ["Microsoft.Extensions.Hosting.Internal.Host"] = LogLevel.None,
        ["System.Net.Http"] = LogLevel.Warning,
        ["Polly"] = LogLevel.Error,
    };

    /// <summary>Creates the builder: HTTP on loopback only, and little console output.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(
            new DistributedApplicationOptions
            {
                Args = args,
                AllowUnsecuredTransport = true,
                DashboardApplicationName = "Pos",
                TrustDeveloperCertificate = false,
            }
        );
        builder.Configuration.AddInMemoryCollection(
            s_defaults.Where(setting => string.IsNullOrEmpty(builder.Configuration[setting.Key]))
        );
        if (builder.ExecutionContext.IsRunMode)
            builder.Services.AddLogging(logging => AddFilters(logging, builder.Configuration));
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) => UseNoCertificate(start.Model));
        return builder;
    }

    private static void AddFilters(ILoggingBuilder logging, ConfigurationManager configuration)
    {
        foreach (var (category, level) in s_logLevels)
        {
            if (configuration[$"Logging:LogLevel:{category}"] is null)
                logging.AddFilter(category, level);
        }
    }

    // Otherwise Aspire warns about a missing development certificate, which is not used.
    private static Task UseNoCertificate(DistributedApplicationModel model)
    {
        foreach (var project in model.Resources.OfType<ProjectResource>())
#pragma warning disable ASPIRECERTIFICATES001 // Experimental.
            project.Annotations.Add(new HttpsCertificateAnnotation { UseDeveloperCertificate = false });
#pragma warning restore ASPIRECERTIFICATES001
        return Task.CompletedTask;
    }
}
