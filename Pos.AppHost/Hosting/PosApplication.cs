using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Pos.AppHost.Hosting;

internal static class PosApplication
{
    private static readonly Dictionary<string, string?> s_defaults = new()
    {
        // The launch profile has these too; without it, as in an installed build, they still hold.
        ["ASPNETCORE_URLS"] = "http://localhost:15100",
        ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
        // Ctrl-C returns to the prompt once every process has ended.
        ["DcpPublisher:WaitForResourceCleanup"] = "true",
        // The summary says where everything is, and health checks fail while a service starts.
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Aspire"] = "Warning",
        ["Logging:LogLevel:Aspire.Hosting.Health"] = "None",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Error",
    };

    /// <summary>Creates the builder: everything by http on loopback, and a console without noise.</summary>
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
        // The first source, so that every other one overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_defaults });
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) => UseNoCertificate(start.Model));
        return builder;
    }

    // Aspire warns of a missing development certificate otherwise, which nothing here uses.
    private static Task UseNoCertificate(DistributedApplicationModel model)
    {
        foreach (var project in model.Resources.OfType<ProjectResource>())
#pragma warning disable ASPIRECERTIFICATES001 // Experimental.
            project.Annotations.Add(new HttpsCertificateAnnotation { UseDeveloperCertificate = false });
#pragma warning restore ASPIRECERTIFICATES001
        return Task.CompletedTask;
    }
}
