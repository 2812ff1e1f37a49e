namespace Aspire.Hosting;

/// <summary>How an application is built.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Command line arguments, read as configuration.</summary>
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly, if it is not the one that was started.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's folder, if its assembly does not know.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether to run without the dashboard.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>Whether resources' logs go to the application's log as well.</summary>
    public bool EnableResourceLogging { get; set; }

    /// <summary>Whether http will do where https is expected.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
