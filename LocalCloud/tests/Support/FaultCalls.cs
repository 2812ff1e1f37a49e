using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Support;

/// <summary>Calls <c>/_faults</c> of a LocalCloud.</summary>
internal sealed class FaultCalls(string url) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(url) };

    public Task<HttpResponseMessage> PostAsync(string json) =>
        _http.PostAsync(
            new Uri("/_faults", UriKind.Relative),
            new StringContent(json, System.Text.Encoding.UTF8, "application/json")
        );

    /// <returns>The id of the fault.</returns>
    public async Task<int> AddAsync(string json)
    {
        using var answer = await PostAsync(json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 201, $"{(int)answer.StatusCode}: {text}");
        return (int)JsonNode.Parse(text)!["id"]!;
    }

    public async Task<IReadOnlyList<JsonNode>> AllAsync() =>
        [
            .. (await _http.GetFromJsonAsync<JsonNode>(new Uri("/_faults", UriKind.Relative)))!["faults"]!
                .AsArray()
                .OfType<JsonNode>(),
        ];

    public async Task<long> InjectedAsync(int id) =>
        (long)(await AllAsync()).Single(fault => (int)fault["id"]! == id)["injected"]!;

    /// <param name="id">The fault to delete; null for all.</param>
    public async Task<int> DeleteAsync(int? id = null)
    {
        using var answer = await _http.DeleteAsync(
            new Uri(id is null ? "/_faults" : $"/_faults/{id}", UriKind.Relative)
        );
        return (int)answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();
}
