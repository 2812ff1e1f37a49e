using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Pos.Tests.Ui;

/// <summary>
/// A service as its client sees it: answers each request by its path as the test says; a path that it does not know is
/// not there.
/// </summary>
internal sealed class ScriptedService : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, (HttpStatusCode Status, string Json)> _answers = [];

    /// <summary>Method, path with query, and body of each request.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Whether it answers at all.</summary>
    public bool IsAway { get; set; }

    public HttpClient Http => new(this, disposeHandler: false) { BaseAddress = new Uri("http://service") };

    /// <param name="path">With its query.</param>
    /// <param name="json">The answer's body.</param>
    /// <param name="status">Its status.</param>
    public void Answer(string path, string json, HttpStatusCode status = HttpStatusCode.OK) =>
        _answers[path] = (status, json);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var path = request.RequestUri!.PathAndQuery;
        Requests.Enqueue(
            $"{request.Method} {path} {(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken))}".TrimEnd()
        );
        if (IsAway)
            throw new HttpRequestException("refused");
        var (status, json) = _answers.TryGetValue(path, out var answer)
            ? answer
            : (HttpStatusCode.NotFound, """{"detail":"There is no such thing."}""");
        return new(status)
        {
            Content = new StringContent(
                json,
                Encoding.UTF8,
                (int)status < 400 ? "application/json" : "application/problem+json"
            ),
        };
    }
}
