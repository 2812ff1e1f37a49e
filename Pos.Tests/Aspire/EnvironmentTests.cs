using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace Pos.Tests.Aspire;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task A_project_sees_what_Aspire_tells_it()
    {
        await using var test = new TestApplication("--environment=Development", "--DOTNET_LAUNCH_PROFILE=http");
        var echo = test
            .Builder.AddProject<Projects.Pos_Tests_Echo>("echo")
            .WithArgs("--then", "more")
            .WithEnvironment("FROM_PROFILE", "code");
        await test.StartAsync();

        var log = await test.LogWithAsync("echo", "pid ");

        var environment = log.Where(l => l.StartsWith("env ", StringComparison.Ordinal))
            .Select(l => l[4..].Split('=', 2))
            .ToDictionary(v => v[0], v => v[1]);
        var endpoint = echo.GetEndpoint("http");
        Assert.Equal($"http://localhost:{endpoint.Port}", environment["ASPNETCORE_URLS"]);
        Assert.NotEqual(7199, endpoint.Port);
        Assert.Equal("Development", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("http", environment["DOTNET_LAUNCH_PROFILE"]);
        Assert.Equal("code", environment["FROM_PROFILE"]);
        Assert.Equal("echo", environment["OTEL_SERVICE_NAME"]);
        Assert.Equal(
            $"service.instance.id={test.Notifications.TryGetCurrentState("echo", out var state) switch { true => state.ResourceId[5..], _ => "" }}",
            environment["OTEL_RESOURCE_ATTRIBUTES"]
        );
        Assert.Equal("in_memory", environment["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("simple", environment["LOGGING__CONSOLE__FORMATTERNAME"]);
        Assert.Equal("true", environment["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"]);
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", environment.Keys);
        Assert.DoesNotContain("DOTNET_ENVIRONMENT", environment.Keys);
        Assert.Contains("args --from launch profile --then more", log);
        Assert.Contains(log, l =>
            l.StartsWith("folder ", StringComparison.Ordinal) && l.EndsWith("Echo", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Replicas_of_a_project_without_endpoints_are_processes_with_ids_of_their_own()
    {
        await using var test = new TestApplication();
        test.Builder.AddProject<Projects.Pos_Tests_Echo>("echo", launchProfileName: null).WithReplicas(2);
        await test.StartAsync();

        await Wait.UntilAsync(
            async () => (await test.LogAsync("echo")).Count(l => l.StartsWith("pid ", StringComparison.Ordinal)) == 2,
            "two processes"
        );

        var log = await test.LogAsync("echo");
        Assert.Equal(2, log.Where(l => l.StartsWith("pid ", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(
            2,
            log.Where(l => l.StartsWith("env OTEL_RESOURCE_ATTRIBUTES=service.instance.id=", StringComparison.Ordinal))
                .Distinct()
                .Count()
        );
        Assert.DoesNotContain(log, l => l.StartsWith("env ASPNETCORE_URLS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task First_replica_listens_on_the_projects_endpoint_and_each_other_on_a_port_of_its_own()
    {
        await using var test = new TestApplication("--DOTNET_LAUNCH_PROFILE=http");
        var echo = test.Builder.AddProject<Projects.Pos_Tests_Echo>("echo").WithReplicas(3);
        await test.StartAsync();
        await Wait.UntilAsync(
            async () => (await test.LogAsync("echo")).Count(l => l.StartsWith("pid ", StringComparison.Ordinal)) == 3,
            "three processes"
        );

        var urls = (await test.LogAsync("echo"))
            .Where(l => l.StartsWith("env ASPNETCORE_URLS=", StringComparison.Ordinal))
            .Select(l => l["env ASPNETCORE_URLS=".Length..])
            .ToArray();

        Assert.Equal(3, urls.Distinct().Count());
        Assert.Contains(echo.GetEndpoint("http").Url, urls);
        Assert.All(urls, url => Assert.Equal("localhost", new Uri(url).Host));
    }

    [Fact]
    public async Task References_parameters_and_expressions_become_variables()
    {
        await using var test = new TestApplication(
            "--Parameters:password=s{e}cret",
            "--ConnectionStrings:lake=s3://lake"
        );
        var password = test.Builder.AddParameter("password", secret: true);
        var lake = test.Builder.AddConnectionString("lake");
        var server = test.AddShell("my-server", "exec sleep 600").WithEndpoint(name: "tcp");
        var tcp = server.GetEndpoint("tcp");
        var warehouse = test.Builder.AddConnectionString(
            "warehouse",
            ReferenceExpression.Create(
                $"Host={tcp.Property(EndpointProperty.Host)};Port={tcp.Property(EndpointProperty.Port)};Password={password}"
            )
        );
        var echo = test.Builder.AddProject<Projects.Pos_Tests_Echo>("my-echo");
        // Not a shell: it would lose the name with hyphens.
        test.Builder.AddExecutable("api", "env", test.Folder)
            .WithReference(warehouse)
            .WithReference(lake, "bucket")
            .WithReference(echo)
            .WithReference("far", new Uri("http://far.example"))
            .WithEnvironment("PASSWORD", password)
            .WithEnvironment("PASSFILE", $"localhost:{tcp.Property(EndpointProperty.Port)}:{password}")
            .WithEnvironment("WAREHOUSE", warehouse)
            .WithEnvironment("ECHO", echo.GetEndpoint("http"))
            .WithEnvironment("services__with-hyphen__0", "as it is")
            .WithEnvironment(context =>
                context.EnvironmentVariables["MODE"] = context.ExecutionContext.IsRunMode ? "run" : "publish"
            );
        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.Finished);

        var connection = $"Host=localhost;Port={tcp.Port};Password=s{{e}}cret";
        var url = echo.GetEndpoint("http").Url;
        string[] expected =
        [
            $"ConnectionStrings__warehouse={connection}",
            "ConnectionStrings__bucket=s3://lake",
            $"services__my-echo__http__0={url}",
            $"MY_ECHO_HTTP={url}",
            "services__far__default__0=http://far.example/",
            "far=http://far.example/",
            "PASSWORD=s{e}cret",
            $"PASSFILE=localhost:{tcp.Port}:s{{e}}cret",
            $"WAREHOUSE={connection}",
            $"ECHO={url}",
            "services__with-hyphen__0=as it is",
            "MODE=run",
        ];
        var log = await test.LogAsync("api");
        Assert.All(expected, line => Assert.Contains(line, log));
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_named_by_whoever_needs_it()
    {
        await using var test = new TestApplication();
        var password = test.Builder.AddParameter("password", secret: true);
        test.AddShell("api", "exec sleep 600").WithEnvironment("PASSWORD", password);
        await test.StartAsync();

        await test.WaitForAsync("api", KnownResourceStates.FailedToStart);
        await test.WaitForAsync("password", KnownResourceStates.ValueMissing);
        Assert.Contains(await test.LogAsync("api"), l => l.Contains("Parameters:password", StringComparison.Ordinal));
    }
}
