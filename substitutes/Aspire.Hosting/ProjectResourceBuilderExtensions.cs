using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What of a project's own settings is applied.</summary>
public class ProjectResourceOptions
{
    /// <summary>The launch profile to apply; null for the default one.</summary>
    public string? LaunchProfileName { get; set; }

    /// <summary>Whether to apply no launch profile.</summary>
    public bool ExcludeLaunchProfile { get; set; }
}

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost's project file references, with its default launch profile.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        string name
    )
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    /// <summary>Adds a project that the AppHost's project file references.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="launchProfileName">The launch profile to apply; null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        string? launchProfileName
    )
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, Profile(launchProfileName));

    /// <summary>Adds a project that the AppHost's project file references.</summary>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder,
        string name,
        Action<ProjectResourceOptions> configure
    )
        where TProject : IProjectMetadata, new() => Add(builder, name, new TProject(), configure);

    /// <summary>Adds a project by its path, relative to the AppHost's folder; it is built when it starts.</summary>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        string name,
        string projectPath
    ) => builder.AddProject(name, projectPath, _ => { });

    /// <inheritdoc cref="AddProject(IDistributedApplicationBuilder, string, string)"/>
    /// <param name="builder">The application.</param>
    /// <param name="name">The resource's name.</param>
    /// <param name="projectPath">The project file.</param>
    /// <param name="launchProfileName">The launch profile to apply; null for none.</param>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        string name,
        string projectPath,
        string? launchProfileName
    ) => builder.AddProject(name, projectPath, Profile(launchProfileName));

    /// <inheritdoc cref="AddProject(IDistributedApplicationBuilder, string, string)"/>
    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder,
        string name,
        string projectPath,
        Action<ProjectResourceOptions> configure
    ) =>
        Add(builder, name, new ProjectPathMetadata(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);

    /// <summary>
    /// Runs the project as several processes. As no proxy shares its endpoints out among them here, the first has them,
    /// and each other listens on free ports of its own.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithReplicas(
        this IResourceBuilder<ProjectResource> builder,
        int replicas
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    private static Action<ProjectResourceOptions> Profile(string? name) =>
        options =>
        {
            options.ExcludeLaunchProfile = name is null;
            options.LaunchProfileName = name;
        };

    private static IResourceBuilder<ProjectResource> Add(
        IDistributedApplicationBuilder builder,
        string name,
        IProjectMetadata metadata,
        Action<ProjectResourceOptions> configure
    )
    {
        var options = new ProjectResourceOptions();
        configure(options);
        var project = builder
            .AddResource(new ProjectResource(name))
            .WithAnnotation(metadata)
            .WithEnvironment(context => ProjectEnvironment.AddTelemetry(context, builder))
            .WithEnvironment(ProjectEnvironment.AddConsole);
        if (options.ExcludeLaunchProfile)
            project.WithAnnotation(new ExcludeLaunchProfileAnnotation());
        else if (ChooseProfile(builder, metadata, options.LaunchProfileName) is { } profile)
            Apply(project, profile);

        return project.WithEnvironment(context => ProjectEnvironment.AddUrls(context, project.Resource));
    }

    private static LaunchProfile? ChooseProfile(
        IDistributedApplicationBuilder builder,
        IProjectMetadata metadata,
        string? asked
    )
    {
        var appHostDefault = builder.Configuration["AppHost:DefaultLaunchProfileName"]
            ?? builder.Configuration["DOTNET_LAUNCH_PROFILE"];
        return LaunchProfile.Choose(
            LaunchProfile.Read(Path.GetDirectoryName(metadata.ProjectPath)!),
            asked,
            appHostDefault
        );
    }

    private static void Apply(IResourceBuilder<ProjectResource> project, LaunchProfile profile)
    {
        project.WithAnnotation(new LaunchProfileAnnotation(profile.Name));
        project.WithEnvironment(context => ProjectEnvironment.AddLaunchProfile(context, profile));
        if (!string.IsNullOrEmpty(profile.CommandLineArgs))
            project.WithArgs(CommandLine.Split(profile.CommandLineArgs));

        var schemes = new Dictionary<string, int>();
        foreach (
            var url in (profile.ApplicationUrl ?? "").Split(
                ';',
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            var uri = new Uri(url);
            var count = schemes[uri.Scheme] = schemes.GetValueOrDefault(uri.Scheme) + 1;
            project.WithAnnotation(
                new EndpointAnnotation(
                    ProtocolType.Tcp,
                    uri.Scheme,
                    name: count == 1 ? uri.Scheme : uri.Scheme + count,
                    port: uri.Port == 0 ? null : uri.Port
                )
                {
                    TargetHost = uri.Host,
                    FromLaunchProfile = true,
                }
            );
        }
    }
}
